namespace Hone.Training.Losses.Terms;

/// <summary>The clipped term on the completion's ratio s, summed over its tokens: GSPO times |o|.</summary>
/// <remarks>
/// <para>LUSPO (2602.05261).</para>
/// <para>Use it in place of GSPO when completions grow shorter than the task needs: GSPO weighs a token of a long completion less.</para>
/// </remarks>
static class Luspo
{
    public static readonly LossForm Form = ClippedRatio.Form with { Level = ImportanceLevel.Sequence, Aggregation = Aggregation.Luspo };
}
