using Hone.Training;

namespace Hone.Tests.Training;

/// <summary>A run's record that can lose its process at any call.</summary>
sealed class MemoryRecord : IRunRecord, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-record-").FullName;
    (TrainingCursor Cursor, string Folder)? _checkpoint;
    int _checkpoints;

    /// <summary>Calls that wrote something.</summary>
    public int Calls { get; private set; }

    /// <summary>The call at which the process dies, from 0, and whether what it writes is still written.</summary>
    public (int Call, bool Written)? Death { get; set; }

    public List<string> Events { get; } = [];

    public Dictionary<(string Name, int Step), double> Rewards { get; } = [];

    public TrainingCursor? Cursor => _checkpoint?.Cursor;

    public string Best => Path.Combine(_folder, "best");

    public void Event(int step, string kind, string message) => Write(() => Events.Add(message));

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts) =>
        Write(() => Rewards[("step", metrics.Step)] = metrics.RewardMean);

    public void Evaluation(Evaluation evaluation) => Write(() => Rewards[(evaluation.Name, evaluation.Step)] = evaluation.RewardMean);

    public Evaluation? FindEvaluation(string name, int step) => null;

    public void Checkpoint(TrainingCursor cursor, Action<string> write) => Write(() =>
    {
        string folder = Path.Combine(_folder, $"checkpoint-{_checkpoints++}");
        Directory.CreateDirectory(folder);
        write(folder);
        _checkpoint = (cursor, folder);
    });

    public void KeepBest(Action<string> write) => Write(() =>
    {
        Directory.CreateDirectory(Best);
        write(Best);
    });

    public (TrainingCursor Cursor, string Folder)? Resume() => _checkpoint;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(Action action)
    {
        bool dies = Death?.Call == Calls++;
        if (!dies || Death!.Value.Written)
        {
            action();
        }

        if (dies)
        {
            throw new ProcessDiedException();
        }
    }
}

/// <summary>Nothing catches it, as nothing catches a kill.</summary>
sealed class ProcessDiedException : Exception;
