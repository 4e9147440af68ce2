namespace Hone.Training.Losses.Terms;

/// <summary>The clipped term once for each completion, on W = exp( Σ (ℓ − ℓ_old) ), the product of its tokens' ratios.</summary>
/// <remarks>
/// <para>RLOO (2402.14740), as TRL's RLOO trainer has it; its advantages are the baseline <c>leaveOneOut</c> with the scale <c>none</c>.</para>
/// <para>Use it for short completions, where the whole answer is one action; over hundreds of tokens W leaves any bounds at once.</para>
/// </remarks>
static class Rloo
{
    public static readonly LossForm Form = ClippedRatio.Form with
    {
        Ratio = (_, completion) => CompletionRatio.Product(completion),
        Clip = (0.2, 0.2),
        Aggregation = Aggregation.Grpo,
        OfCompletions = true,
        ClipsCompletions = true,
    };
}
