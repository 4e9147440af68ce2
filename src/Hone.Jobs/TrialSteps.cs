using Hone.Grading.Rules;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Planning;
using Hone.Training.Statistics;

namespace Hone.Jobs;

/// <summary>
/// The first steps of a job, made to see what this machine takes for them, with all that a run records beside them. Nothing of them is kept,
/// and nobody is asked for a grade: coins are flipped.
/// </summary>
sealed class TrialSteps : IRunObserver
{
    // The first third compiles kernels and does not count.
    const int Most = 45, Fewest = 3, WarmUpShare = 3;

    readonly List<(StepMetrics Metrics, int[] Lengths)> _steps = [];

    TrialSteps()
    {
    }

    /// <summary>What the median step took, as a multiple of what is forecast for answers of its lengths.</summary>
    /// <param name="perStep">Seconds of a step as they are forecast.</param>
    /// <param name="patience">Seconds that the trial may take.</param>
    /// <returns>Null where a trial takes too long, or does not come to its end.</returns>
    public static (double Sampling, double Training, int Steps)? Measure(
        PlannedJob plan, MachineRates rates, double perStep, double patience, CancellationToken stop)
    {
        int steps = (int)Math.Min(Math.Min(Most, plan.Shape.Steps), patience / perStep);
        if (steps < Fewest)
        {
            return null;
        }

        var trial = new TrialSteps();
        try
        {
            trial.Make(plan, steps, stop);
        }
        catch (UnstableException)
        {
            return null;
        }

        var factors = trial._steps.Skip(steps / WarmUpShare).Select(step => Factors(plan, rates, step.Metrics, step.Lengths)).ToList();
        return (Quantile.Of([.. factors.Select(one => one.Sampling)], 0.5), Quantile.Of([.. factors.Select(one => one.Training)], 0.5), factors.Count);
    }

    public void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps) =>
        _steps.Add((metrics, [.. rollouts.Select(rollout => rollout.Tokens.Length)]));

    void Make(PlannedJob plan, int steps, CancellationToken stop)
    {
        string parent = Directory.CreateTempSubdirectory($"hone-trial-{Environment.ProcessId}-").FullName;
        try
        {
            using var model = plan.Shapes.WithWeights(new CpuDevice(plan.Job.Compute));
            using var folder = RunFolder.Create(Path.Combine(parent, "run"), plan.Job);
            using var record = new QueuedRecord(folder);
            using var loop = new TrainingLoop(RunOf(plan, model, folder, steps), record, this);
            loop.Run(stop);
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    static TrainingRun RunOf(PlannedJob plan, LanguageModel model, RunFolder folder, int steps) => new()
    {
        Model = model,
        Grader = new CoinFlipGrader(plan.Job.Seed),
        Settings = plan.Memory.Apply(plan.Job.HyperParameters) with { MaxSteps = steps, SelfHealing = new() { MaxRollbacks = 0 } },
        CacheBytes = plan.Memory.CacheLimit,
        Seed = plan.Job.Seed,
        Training = plan.Data.Training,
        Book = folder,
        StartAdapter = plan.Job.StartAdapter,
    };

    static (double Sampling, double Training) Factors(PlannedJob plan, MachineRates rates, StepMetrics metrics, int[] lengths)
    {
        using var forecaster = new TimeForecaster(plan.Shape, plan.Memory, rates, lengths);
        var (sampling, training) = forecaster.Step();
        return (metrics.SamplingSeconds / sampling, (metrics.StepSeconds - metrics.SamplingSeconds) / training);
    }
}
