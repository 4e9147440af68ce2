namespace Hone.Server.Queue.Nodes;

/// <summary>How far a run has come, which grows as it writes; after a crash it is less than it was, for what no checkpoint holds is done again.</summary>
readonly record struct RunPosition(int Steps, int Evaluations, int Completions) : IComparable<RunPosition>
{
    public int CompareTo(RunPosition other) => (Steps, Evaluations, Completions).CompareTo((other.Steps, other.Evaluations, other.Completions));
}

/// <summary>
/// Tells crashes that have a reason in the run from those that come from outside. The former strike at the same place each time; the latter
/// strike anywhere, and however many they are, the run gets further between them.
/// </summary>
sealed class CrashCount(NodeSettings node)
{
    // Of crashes at different places, none of them further than the run had been before.
    const int Wandering = 4;

    RunPosition? _last, _furthest;
    int _sincePlace, _sinceFurther;

    /// <summary>Crashes since the run last got further than ever.</summary>
    public int Count => _sinceFurther;

    /// <returns>True if trying again is of no use.</returns>
    public bool Take(RunPosition at)
    {
        bool isFurther = _furthest is not { } furthest || at.CompareTo(furthest) > 0;
        _sinceFurther = isFurther ? 1 : _sinceFurther + 1;
        _sincePlace = _last == at ? _sincePlace + 1 : 1;
        _furthest = isFurther ? at : _furthest;
        _last = at;
        return _sincePlace >= node.MostCrashes || _sinceFurther >= Wandering * node.MostCrashes;
    }
}
