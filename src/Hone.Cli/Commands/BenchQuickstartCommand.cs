using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Bench;
using Hone.Bench.Workloads;
using Hone.Jobs;
using Hone.Tensors;
using Hone.Training;

namespace Hone.Cli.Commands;

/// <summary>hone bench quickstart: the seconds of sampling, training and grading of the shipped job, without its evaluations.</summary>
static class BenchQuickstartCommand
{
    static readonly Option<int> _steps = new("--steps") { Description = "Training steps.", DefaultValueFactory = _ => 60 };
    static readonly Option<int> _heldOut = new("--held-out") { Description = "Held-out prompts that the tuned model answers greedily.", DefaultValueFactory = _ => 200 };

    static readonly Option<Compute> _compute = ComputeOption.Create();

    public static Command Create()
    {
        var command = new Command("quickstart", "Measure the steps of the quickstart's job.") { _steps, _heldOut, _compute };
        var options = new BenchOptions(command, repeats: 1);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, session => Run(parsed, session), stop)));
        return command;
    }

    static void Run(ParseResult parsed, BenchSession session)
    {
        int steps = parsed.GetValue(_steps), heldOut = parsed.GetValue(_heldOut);
        BenchOptions.AtLeastOne(("--steps", steps), ("--held-out", heldOut));
        var job = JobFile.Read(ShippedFiles.Find(QuickstartCommand.JobPath));
        job = job with
        {
            Compute = parsed.GetValue(_compute),
            HyperParameters = job.HyperParameters with { MaxSteps = steps, EvalInterval = steps, EarlyStoppingPatience = 0 },
            Evaluation = job.Evaluation with { Temperature = 0, MaxPrompts = heldOut, BannedFirst = [] },
        };
        var parameters = new JsonObject { ["steps"] = steps, ["held_out"] = heldOut, ["compute"] = MeasuredModel.NameOf(job.Compute) };
        session.ProbeAside();
        var (runs, otherLoad) = session.Measure(() => OneRun(job, session), warmUp: false);
        session.Report("quickstart", parameters, otherLoad, _ => Figures(runs));
    }

    sealed record Outcome(IReadOnlyList<StepMetrics> Steps, double? Accuracy);

    static Outcome OneRun(JobSettings job, BenchSession session)
    {
        string folder = Directory.CreateTempSubdirectory("hone-bench-").FullName;
        string path = Path.Combine(folder, job.Name);
        try
        {
            using var run = RunFolder.Create(path, job, RunOrigin.Here(Environment.CommandLine));
            using var runner = new JobRunner(run, new CpuDevice(session.Workers, job.Compute));
            runner.Run(null, session.Stop);
            using var reader = RunReader.Open(path);
            double? accuracy = reader.LastEvaluation(JobRunner.TunedName)?.RewardMean;
            return new(reader.Metrics(), accuracy);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static JsonObject Figures(IReadOnlyList<Outcome> runs) => new()
    {
        ["seconds"] = Spread.OfSeconds(runs.Select(run => Sum(run, Work))).ToJson(),
        ["sampling_s"] = Median(runs, step => step.SamplingSeconds),
        ["training_s"] = Median(runs, step => step.TrainingSeconds),
        ["grading_s"] = Median(runs, step => step.GradingSeconds),
        ["sampled_tokens"] = runs[0].Steps.Sum(step => step.CompletionTokens),
        ["greedy_accuracy"] = runs[0].Accuracy,
    };

    static double Work(StepMetrics step) => step.SamplingSeconds + step.TrainingSeconds + step.GradingSeconds;

    static double Sum(Outcome run, Func<StepMetrics, double> seconds) => run.Steps.Sum(seconds);

    static double Median(IReadOnlyList<Outcome> runs, Func<StepMetrics, double> seconds) =>
        Spread.Round(Spread.MedianOf([.. runs.Select(run => Sum(run, seconds))]));
}
