namespace Hone.Training;

/// <summary>Stops a run whose grader fails too often: training on what is left would be a lottery.</summary>
public readonly record struct FaultLimit(double MaxShare)
{
    public void Check(int step, IReadOnlyList<Rollout> rollouts)
    {
        var faults = rollouts.Where(rollout => rollout.Grade.Score is null).ToArray();
        double share = (double)faults.Length / Math.Max(1, rollouts.Count);
        if (share > MaxShare)
        {
            throw new GradingFaultException(
                $"Step {step}: the grader failed on {faults.Length} of {rollouts.Count} completions, more than maxFaultShare ({MaxShare:P0}) "
                + $"allows. The first fault: {faults[0].Grade.Fault}. Nothing is lost: mend the grader and resume the run.");
        }
    }
}

/// <summary>Too many completions of a step could not be graded.</summary>
public sealed class GradingFaultException(string message) : Exception(message);
