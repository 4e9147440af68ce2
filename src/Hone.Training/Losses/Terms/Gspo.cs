namespace Hone.Training.Losses.Terms;

/// <summary>
/// The clipped term on s = exp( Σ (ℓ − ℓ_old) / |o| ), one ratio for each completion. Token form: on sg(s)·exp(ℓ − sg(ℓ)), which has the
/// value of s and lets each token have its own advantage.
/// </summary>
/// <remarks>
/// <para>GSPO (2507.18071), whose bounds of 3e-4 and 4e-4 are the defaults: s moves far less than the ratio of a token.</para>
/// <para>Use it with several updates per batch, on long completions and on mixtures of experts, where the ratios of single tokens are noise.</para>
/// </remarks>
static class Gspo
{
    public static readonly (double Low, double High) Clip = (3e-4, 4e-4);

    public static readonly LossForm Form = ClippedRatio.Form with { Level = ImportanceLevel.Sequence, Aggregation = Aggregation.Grpo };

    public static readonly LossForm TokenForm = ClippedRatio.Form with { Ratio = TokenRatio, Clip = Clip, Aggregation = Aggregation.Grpo };

    static CompletionRatio TokenRatio(PolicyLossSettings settings, PolicyCompletion completion) =>
        CompletionRatio.Mean(completion) with { Sharers = 0 };
}
