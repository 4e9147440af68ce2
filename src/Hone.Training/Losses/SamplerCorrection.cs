namespace Hone.Training.Losses;

/// <summary>What becomes of R, the ratio of the old policy to the sampler, outside its bounds; whether it belongs to tokens or to completions.</summary>
public enum SamplerCorrectionMode
{
    /// <summary>R of each token is moved to the bound (TIS).</summary>
    TokenTruncate,

    /// <summary>A token outside trains nothing (MIS, IcePop).</summary>
    TokenMask,

    /// <summary>R of the whole completion is moved to the bound.</summary>
    SequenceTruncate,

    /// <summary>A completion outside trains nothing.</summary>
    SequenceMask,
}

/// <summary>The policy term is multiplied by R = exp(ℓ_old − ℓ_sampler), a token's or the product over the completion, within bounds.</summary>
/// <remarks>
/// <para>TIS (Yao et al. 2025, "Your Efficient RL Framework Secretly Brings You Off-Policy RL Training"); masking: MIS, IcePop, and TRL's default.</para>
/// <para>Use it when rollouts come from another policy than the one that begins the step. Those of a run's own sampler do not: R is 1 to the bit.</para>
/// </remarks>
public sealed record SamplerCorrectionSettings
{
    public SamplerCorrectionMode Mode { get; init; } = SamplerCorrectionMode.SequenceMask;

    /// <summary>Null: R has no lower bound.</summary>
    public double? ClipMin { get; init; }

    /// <summary>Null: R has no upper bound.</summary>
    public double? ClipMax { get; init; } = 3;

    public bool PerToken => Mode is SamplerCorrectionMode.TokenTruncate or SamplerCorrectionMode.TokenMask;

    public IEnumerable<string> Problems()
    {
        if (ClipMin is { } low && low is not (> 0 and <= 1))
        {
            yield return $"clipMin is {low}, but needs to be above 0 and at most 1: a token that both policies see alike has the ratio 1.";
        }

        if (ClipMax is { } high && (!(high >= 1) || !double.IsFinite(high)))
        {
            yield return $"clipMax is {high}, but needs to be 1 or more: a token that both policies see alike has the ratio 1. Null: no upper bound.";
        }

        if (ClipMin is null && ClipMax is null && Mode is SamplerCorrectionMode.TokenMask or SamplerCorrectionMode.SequenceMask)
        {
            yield return "mode masks what lies outside the bounds, but clipMin and clipMax are both null; give one of them.";
        }
    }

    /// <summary>R within the bounds, or 0 outside them.</summary>
    internal double Bounded(double ratio)
    {
        double low = ClipMin ?? double.NegativeInfinity, high = ClipMax ?? double.PositiveInfinity;
        bool masks = Mode is SamplerCorrectionMode.TokenMask or SamplerCorrectionMode.SequenceMask;
        return masks ? (low <= ratio && ratio <= high ? ratio : 0) : Math.Max(low, Math.Min(ratio, high));
    }
}

/// <summary>R of one completion. It takes no part in the gradient.</summary>
readonly ref struct SamplerTrust
{
    readonly SamplerCorrectionSettings? _settings;
    readonly PolicyCompletion _completion;
    readonly double _whole = 1;

    public SamplerTrust(SamplerCorrectionSettings? settings, PolicyCompletion completion)
    {
        _settings = settings;
        _completion = completion;
        if (settings is { PerToken: false })
        {
            double sum = 0;
            for (int t = 0; t < completion.Length; t++)
            {
                sum += completion.SamplerLogRatio(t);
            }

            _whole = settings.Bounded(Math.Exp(sum));
        }
    }

    public bool PerToken => _settings is { PerToken: true };

    public double Of(int t) => PerToken ? _settings!.Bounded(Math.Exp(_completion.SamplerLogRatio(t))) : _whole;
}
