namespace Hone.Training.Selection;

/// <summary>What the rewards of a group say about its prompt.</summary>
public static class GroupSignal
{
    // A spread below this is the rounding of equal rewards.
    const double EqualSpread = 1e-8;

    /// <summary>Whether the rewards differ, so that the group has a gradient. Null: fewer than two completions have one.</summary>
    public static bool? Differs(IEnumerable<double?> rewards)
    {
        double[] scored = [.. rewards.OfType<double>()];
        return scored.Length < 2 ? null : scored.Max() - scored.Min() > EqualSpread;
    }
}
