namespace Hone.Training.Losses.Terms;

/// <summary>−A·ℓ: the plain policy gradient, whatever wrote the completion.</summary>
/// <remarks>
/// <para>REINFORCE (Williams 1992). With the advantages of REINFORCE++ or RLOO it is those methods on their first update.</para>
/// <para>Use it as the simplest comparison, with one update per batch: nothing bounds a second one.</para>
/// </remarks>
static class Reinforce
{
    public static readonly LossForm Form = new() { Term = Term };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token) =>
        new(-token.Advantage * token.LogProbability, 0, -token.Advantage, Clip.None);
}
