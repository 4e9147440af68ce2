using System.Runtime.CompilerServices;
using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Jobs.Supervised;
using Hone.Tensors;
using Hone.Training;

namespace Hone.Server.Tests.Support;

/// <summary>Trains truly, in this process, and dies when a test says so: what a killed engine had not yet written is lost.</summary>
sealed class TrainingEngine : IEngine
{
    int _starts;

    /// <summary>Says of each piece of news whether the engine dies at it.</summary>
    public Func<TrainingNews, bool> DiesAt { get; set; } = _ => false;

    /// <summary>Called at each piece of news, on the run's own thread.</summary>
    public Action<TrainingNews>? Watch { get; set; }

    /// <summary>How often training was begun or gone on with.</summary>
    public int Starts => _starts;

    public Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop) => Task.Run(() => Run(request, news, stop), CancellationToken.None);

    public async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Yield();
        yield return new GeneratedPiece(0, "7", [], FinishReason.Stop, Usage: new TokenUsage(1, 0, 1));
    }

    public Task<int> CountTokens(GenerateRequest request, CancellationToken stop) => Task.FromResult(1);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void Run(TrainRequest request, Action<TrainingNews> news, CancellationToken stop)
    {
        Interlocked.Increment(ref _starts);
        try
        {
            bool exists = File.Exists(Path.Combine(request.RunFolder, "job.json"));
            using var run = exists ? RunFolder.Open(request.RunFolder) : RunFolder.Create(request.RunFolder, JobFile.Read(request.JobFile));
            var observer = new Observer(one => Tell(one, news));
            if (run.Settings.Method == TrainingMethod.Supervised)
            {
                using var imitation = new SupervisedRunner(run, new CpuDevice(run.Settings.Compute));
                imitation.Run(observer, stop);
                return;
            }

            using var runner = new JobRunner(run, new CpuDevice(run.Settings.Compute)) { ChecksReward = false };
            runner.Run(observer, stop);
        }
        catch (Death)
        {
            throw new EngineFailedException("it was killed");
        }
        catch (GradingPausedException paused)
        {
            throw new EnginePausedException(paused.Message);
        }
        catch (Exception e) when (e is JobException or RunException or TrainingException)
        {
            throw new EngineRequestException([e.Message]);
        }
    }

    void Tell(TrainingNews one, Action<TrainingNews> news)
    {
        news(one);
        Watch?.Invoke(one);
        if (DiesAt(one))
        {
            throw new Death();
        }
    }

    sealed class Death : Exception;

    sealed class Observer(Action<TrainingNews> tell) : IRunObserver
    {
        int _steps;

        public void Phase(string name, int step) => tell(new("phase", step, _steps, name));

        public void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps)
        {
            _steps = totalSteps;
            tell(new("step", metrics.Step + 1, totalSteps, ""));
        }

        public void EvaluationDone(Evaluation evaluation) => tell(new("evaluation", evaluation.Step, _steps, evaluation.Name));

        public void Warned(string sentence) => tell(new("warning", 0, _steps, sentence));
    }
}
