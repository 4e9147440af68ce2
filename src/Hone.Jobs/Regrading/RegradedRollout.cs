using Hone.Training;

namespace Hone.Jobs.Regrading;

/// <summary>A completion that a step trained on, as it was graded and as another grader grades it.</summary>
public sealed record RegradedRollout(int Step, Rollout Old, Rollout New)
{
    /// <summary>What the other reward changes about the completion's advantage.</summary>
    public double Move => New.Advantage - Old.Advantage;
}
