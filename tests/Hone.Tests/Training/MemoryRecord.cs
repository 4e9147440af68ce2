using Hone.Training;

namespace Hone.Tests.Training;

/// <summary>A run's record that can lose its process at any call.</summary>
sealed class MemoryRecord : IRunRecord, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-record-").FullName;
    readonly List<(TrainingCursor Cursor, string Folder)> _checkpoints = [];
    int _written;

    /// <summary>Calls that wrote something.</summary>
    public int Calls { get; private set; }

    /// <summary>The call at which the process dies, from 0, and whether what it writes is still written.</summary>
    public (int Call, bool Written)? Death { get; set; }

    public List<string> Events { get; } = [];

    public Dictionary<(string Name, int Step), double> Rewards { get; } = [];

    public TrainingCursor? Cursor => _checkpoints is [.., var newest] ? newest.Cursor : null;

    public string Best => Path.Combine(_folder, "best");

    public void Event(int step, string kind, string message) => Write(() => Events.Add(message));

    /// <summary>Metrics of the recorded steps, by index.</summary>
    public SortedDictionary<int, StepMetrics> Steps { get; } = [];

    /// <summary>What the recorded steps trained on, and what they left out.</summary>
    public SortedDictionary<int, (IReadOnlyList<Rollout> Trained, IReadOnlyList<Rollout> Replaced)> Rollouts { get; } = [];

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced) => Write(() =>
    {
        Rewards[("step", metrics.Step)] = metrics.RewardMean;
        Steps[metrics.Step] = metrics;
        Rollouts[metrics.Step] = (rollouts, replaced);
    });

    public void Evaluation(Evaluation evaluation) => Write(() => Rewards[(evaluation.Name, evaluation.Step)] = evaluation.RewardMean);

    public Evaluation? FindEvaluation(string name, int step) => null;

    public void Checkpoint(TrainingCursor cursor, Action<string> write) => Write(() =>
    {
        string folder = Path.Combine(_folder, $"checkpoint-{_written++}");
        Directory.CreateDirectory(folder);
        write(folder);
        _checkpoints.RemoveAll(saved => saved.Cursor.Step >= cursor.Step);
        _checkpoints.Add((cursor, folder));
    });

    public void KeepBest(Action<string> write) => Write(() =>
    {
        Directory.CreateDirectory(Best);
        write(Best);
    });

    public (TrainingCursor Cursor, string Folder)? Resume() => _checkpoints is [.., var newest] ? newest : null;

    public (TrainingCursor Cursor, string Folder) GoBack(int step) => _checkpoints.Single(saved => saved.Cursor.Step == step);

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
