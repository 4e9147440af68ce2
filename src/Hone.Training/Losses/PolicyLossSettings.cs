using System.Text.Json.Serialization;

namespace Hone.Training.Losses;

/// <summary>What the sum over a completion's tokens is divided by; every count runs over the whole optimizer step.</summary>
public enum Aggregation
{
    /// <summary>Mean over completions of the mean over their tokens.</summary>
    Grpo,

    /// <summary>Mean over tokens. The batch is the step, so this is the same as <see cref="Dapo"/>.</summary>
    Bnpo,

    /// <summary>Completions times the longest length allowed: a constant, so that no length is favoured.</summary>
    [JsonStringEnumMemberName("dr_grpo")]
    DrGrpo,

    /// <summary>Mean over the tokens of the step.</summary>
    Dapo,

    /// <summary>Mean over completions of the sum over their tokens; meant for the sequence ratio.</summary>
    Luspo,
}

/// <summary>Where the ratio of new to old policy is taken.</summary>
public enum ImportanceLevel
{
    /// <summary>ρ_t = exp(ℓ_t − ℓ_old,t).</summary>
    Token,

    /// <summary>s = exp(mean over the completion's tokens of ℓ_t − ℓ_old,t), one ratio per completion.</summary>
    Sequence,
}

/// <summary>The policy loss of a run: clipped ratio, KL to the reference, entropy bonus, and how tokens are averaged.</summary>
public sealed record PolicyLossSettings
{
    public Aggregation Aggregation { get; init; } = Aggregation.Dapo;

    /// <summary>The ratio is clipped below at 1 − this.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>The ratio is clipped above at 1 + this.</summary>
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Largest ratio of the unclipped branch, which bounds the loss of tokens with a negative advantage. Null: no bound.</summary>
    public double? Delta { get; init; }

    public ImportanceLevel ImportanceLevel { get; init; } = ImportanceLevel.Token;

    /// <summary>Weight of the KL to the reference (β); 0 needs no reference.</summary>
    public double KlCoefficient { get; init; }

    public KlEstimator KlEstimator { get; init; } = KlEstimator.K3;

    /// <summary>The KL of a token is multiplied by the ratio, which makes its gradient unbiased off-policy.</summary>
    public bool KlRatioWeighted { get; init; }

    /// <summary>Completions that were cut off at the length limit train nothing. Their rewards still count in the group's statistics.</summary>
    public bool MaskTruncated { get; init; }

    /// <summary>Weight of the mean entropy that is subtracted from the loss.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>The policy term uses this share of the step's tokens, those with the highest entropy; 1 uses all.</summary>
    public double TopEntropyQuantile { get; init; } = 1;

    /// <summary>Whether the loss reads entropies.</summary>
    public bool UsesEntropy => EntropyCoefficient != 0 || TopEntropyQuantile < 1;

    /// <summary>Every problem at once, in the words of the job file. Empty when the settings can be run.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(ClipLow >= 0) || !double.IsFinite(ClipLow))
        {
            yield return $"clipLow is {ClipLow}, but needs to be 0 or more.";
        }

        if (!(ClipHigh >= 0) || !double.IsFinite(ClipHigh))
        {
            yield return $"clipHigh is {ClipHigh}, but needs to be 0 or more.";
        }

        if (Delta is { } delta && (!(delta > 1) || !double.IsFinite(delta)))
        {
            yield return $"delta is {delta}, but needs to be above 1: at 1 and below it would stop tokens that did not move. Leave it out for no bound.";
        }

        if (!(KlCoefficient >= 0) || !double.IsFinite(KlCoefficient))
        {
            yield return $"klCoefficient is {KlCoefficient}, but needs to be 0 or more.";
        }

        if (!(EntropyCoefficient >= 0) || !double.IsFinite(EntropyCoefficient))
        {
            yield return $"entropyCoefficient is {EntropyCoefficient}, but needs to be 0 or more.";
        }

        if (TopEntropyQuantile is not (>= 0 and <= 1))
        {
            yield return $"topEntropyQuantile is {TopEntropyQuantile}, but needs to be from 0 to 1; 1 uses every token.";
        }
    }
}
