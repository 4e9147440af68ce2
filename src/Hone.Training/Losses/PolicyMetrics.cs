namespace Hone.Training.Losses;

/// <summary>The loss of a step and what the loss saw on the way, over the step's tokens that train.</summary>
public sealed record PolicyMetrics
{
    /// <summary>Policy loss less entropy bonus.</summary>
    public required double Loss { get; init; }

    /// <summary>Policy term and KL.</summary>
    public required double PolicyLoss { get; init; }

    public required long Tokens { get; init; }

    /// <summary>Mean per token.</summary>
    public required double Entropy { get; init; }

    /// <summary>Mean per token.</summary>
    public required double Kl { get; init; }

    /// <summary>Share held back at the lower bound (A &lt; 0).</summary>
    public required double ClipLow { get; init; }

    /// <summary>Share held back at the upper bound (A &gt; 0).</summary>
    public required double ClipHigh { get; init; }

    /// <summary>Smallest share at the lower bound in any completion; NaN when no completion has a token.</summary>
    public required double ClipLowMin { get; init; }

    /// <summary>Largest share at the upper bound in any completion; NaN when no completion has a token.</summary>
    public required double ClipHighMax { get; init; }

    /// <summary>Mean over completions of what a loss that weighs whole completions gives them (φ of VESPO); 0 for the others.</summary>
    public required double Weight { get; init; }

    /// <summary>Old policy against sampler; nothing without a sampler correction.</summary>
    public required SamplerSums Sampler { get; init; }

    /// <summary>Share held back at either bound.</summary>
    public double ClipRegion => ClipLow + ClipHigh;

    /// <summary>Sums over completions in the order given, so that the step's cut into micro-batches leaves no trace.</summary>
    /// <param name="sums">Every completion of the step.</param>
    /// <param name="clipsWholeCompletions">
    /// The ratio and the advantage belong to completions, so that clip shares count completions, those without tokens included.
    /// </param>
    public static PolicyMetrics Of(ReadOnlySpan<CompletionSums> sums, bool clipsWholeCompletions)
    {
        double policy = 0, bonus = 0, entropy = 0, kl = 0, weight = 0, lowMin = double.NaN, highMax = double.NaN;
        long tokens = 0, low = 0, high = 0;
        SamplerSums sampler = default;
        foreach (ref readonly var completion in sums)
        {
            policy += completion.PolicyLoss;
            bonus += completion.EntropyBonus;
            entropy += completion.Entropy;
            kl += completion.Kl;
            weight += completion.Weight;
            sampler = sampler.And(completion.Sampler);
            tokens += completion.Tokens;
            int units = clipsWholeCompletions ? 1 : completion.Tokens;
            int lows = clipsWholeCompletions ? Math.Min(completion.ClippedLow, 1) : completion.ClippedLow;
            int highs = clipsWholeCompletions ? Math.Min(completion.ClippedHigh, 1) : completion.ClippedHigh;
            low += lows;
            high += highs;
            if (units > 0)
            {
                double lowShare = (double)lows / units, highShare = (double)highs / units;
                lowMin = double.IsNaN(lowMin) ? lowShare : Math.Min(lowMin, lowShare);
                highMax = double.IsNaN(highMax) ? highShare : Math.Max(highMax, highShare);
            }
        }

        double all = Math.Max(clipsWholeCompletions ? sums.Length : tokens, 1);
        return new()
        {
            Loss = policy - bonus,
            PolicyLoss = policy,
            Tokens = tokens,
            Entropy = entropy / Math.Max(tokens, 1),
            Kl = kl / Math.Max(tokens, 1),
            ClipLow = low / all,
            ClipHigh = high / all,
            ClipLowMin = lowMin,
            ClipHighMax = highMax,
            Weight = weight / Math.Max(sums.Length, 1),
            Sampler = sampler,
        };
    }
}
