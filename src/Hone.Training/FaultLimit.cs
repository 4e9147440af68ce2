namespace Hone.Training;

/// <summary>Stops a run whose grader fails too often: training on what is left would be a lottery.</summary>
public readonly record struct FaultLimit(double MaxShare)
{
    /// <param name="occasion">What the completions were for, at the beginning of the sentence: "Step 3".</param>
    /// <exception cref="GradingFaultException">More than the share could not be graded.</exception>
    public void Check(string occasion, IReadOnlyList<Rollout> rollouts)
    {
        var faults = rollouts.Where(rollout => rollout.Grade.Score is null).ToArray();
        double share = (double)faults.Length / Math.Max(1, rollouts.Count);
        if (share > MaxShare)
        {
            string kinds = string.Join(", ", StepMetricsOf.FaultKinds(faults).Select(kind => $"{kind.Value} {kind.Key}"));
            throw new GradingFaultException(
                $"{occasion}: the grader failed on {faults.Length} of {rollouts.Count} completions ({kinds}), more than maxFaultShare "
                + $"({MaxShare:P0}) allows. The first fault: {faults[0].Grade.Fault}. Nothing is lost: mend the grader and resume the run; "
                + "what has a grade keeps it.");
        }
    }
}
