namespace Hone.Training.Losses;

/// <summary>What one completion adds to the loss and to the metrics of its step.</summary>
public readonly record struct CompletionSums
{
    /// <summary>Its share of the policy term and of β·KL, divided by the step's denominator.</summary>
    public double PolicyLoss { get; init; }

    /// <summary>Its share of the entropy bonus, which the loss subtracts.</summary>
    public double EntropyBonus { get; init; }

    /// <summary>Tokens that train.</summary>
    public int Tokens { get; init; }

    /// <summary>Tokens with A &lt; 0 whose ratio lies below the lower bound.</summary>
    public int ClippedLow { get; init; }

    /// <summary>Tokens with A &gt; 0 whose ratio lies above the upper bound.</summary>
    public int ClippedHigh { get; init; }

    /// <summary>Sum over tokens of the KL that the loss uses; with a coefficient of 0 and a reference, of ℓ − ℓ_ref.</summary>
    public double Kl { get; init; }

    /// <summary>Sum over tokens of the entropy; 0 when the batch has none.</summary>
    public double Entropy { get; init; }

    /// <summary>What a loss that weighs whole completions gives this one (φ of VESPO); 0 for the others.</summary>
    public double Weight { get; init; }

    /// <summary>Old policy against sampler; nothing without a sampler correction.</summary>
    public SamplerSums Sampler { get; init; }
}
