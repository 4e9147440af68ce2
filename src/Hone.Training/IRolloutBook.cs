namespace Hone.Training;

/// <summary>What completions are sampled for: "step" and its index, or an evaluation's name and the updates made before.</summary>
/// <param name="Policy">
/// Names the weights that sample, so that a completion of other weights is never taken for one of these. "" where nothing is kept.
/// </param>
public readonly record struct Occasion(string Name, int Step, string Policy = "")
{
    /// <summary>Begins the ids of the graded items, so that the same prompt has other ids on other occasions.</summary>
    public override string ToString() => $"{Name}-{Step}";
}

/// <summary>
/// Keeps graded completions from the moment their grade arrives until a checkpoint makes them needless, so that a run that is stopped in
/// the middle of a step neither samples nor grades them again.
/// </summary>
/// <remarks>Calls may come from several threads.</remarks>
public interface IRolloutBook
{
    /// <summary>What was kept for the occasion, in any order. A completion that another grader graded comes with a fault.</summary>
    IReadOnlyList<Rollout> Find(Occasion occasion);

    /// <summary>A rollout of the same occasion, prompt and index is replaced.</summary>
    void Keep(Occasion occasion, IReadOnlyList<Rollout> rollouts);
}
