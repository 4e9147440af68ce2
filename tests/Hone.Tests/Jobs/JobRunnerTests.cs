using System.Runtime.CompilerServices;
using Hone.Grading;
using Hone.Jobs;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Tests.Jobs;

public sealed class JobRunnerTests : IDisposable
{
    const int Steps = 2;

    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("evaluation: base", 0)]
    [InlineData("sampling", 1)]
    [InlineData("validation", 1)]
    [InlineData("validation", Steps)]
    [InlineData("evaluation: tuned", null)]
    public void A_run_stopped_in_any_phase_ends_as_an_uninterrupted_one(string phase, int? step)
    {
        var job = Job();
        var straight = Run(RunFolder.Create(_folder.In("straight"), job), null, CancellationToken.None);
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(
            () => Run(RunFolder.Create(_folder.In("stopped"), job), new StopAt(phase, step, stop), stop.Token));
        var resumed = Run(RunFolder.Open(_folder.In("stopped")), null, CancellationToken.None);

        Assert.Equal(straight.Cursor, resumed.Cursor);
        Assert.Equal(straight.Verdict, resumed.Verdict);
        Assert.Equal(Adapter("straight"), Adapter("stopped"));
    }

    [Fact]
    public void A_job_with_bad_data_writes_nothing_but_itself()
    {
        using var run = RunFolder.Create(_folder.In("run"), Job() with { TrainingData = _folder.File("bad.jsonl", "hello") });

        Assert.Throws<DataFileException>(() => new JobRunner(run, new CpuDevice()));

        Assert.Null(run.FindEvaluation(JobRunner.BaseName, 0));
    }

    byte[] Adapter(string run) => File.ReadAllBytes(Path.Combine(_folder.In(run), "best", "adapter_model.safetensors"));

    static JobRunner.Result Run(RunFolder folder, IRunObserver? observer, CancellationToken stop)
    {
        using (folder)
        using (var runner = new JobRunner(folder, new CpuDevice()))
        {
            return runner.Run(observer, stop);
        }
    }

    static JobSettings Job()
    {
        string recipe = Path.Combine(Root(), "recipes", "arithmetic");
        return new()
        {
            Name = "small",
            BaseModel = Path.Combine(Root(), "models", "arithmetic"),
            TrainingData = Path.Combine(recipe, "train.jsonl"),
            ValidationData = Path.Combine(recipe, "validation.jsonl"),
            TestData = Path.Combine(recipe, "test.jsonl"),
            Grader = GraderSettings.FinalNumber,
            Seed = 3,
            HyperParameters = new()
            {
                MaxSteps = Steps,
                BatchSize = 2,
                TrainingSamplePerPrompt = 4,
                InferenceMaxTokens = 24,
                EvalInterval = 1,
                LoraRank = 2,
                LearningRate = 1e-2f,
            },
            Evaluation = new() { MaxPrompts = 8, MaxValidationPrompts = 4 },
        };
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));

    // Presses Ctrl-C when a phase begins.
    sealed class StopAt(string phase, int? step, CancellationTokenSource stop) : IRunObserver
    {
        public void Phase(string name, int at)
        {
            if (name == phase && (step ?? at) == at)
            {
                stop.Cancel();
            }
        }
    }
}
