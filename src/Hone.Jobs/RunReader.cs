using Dapper;
using Hone.Training;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs;

/// <summary>Reads a run, also while another process writes it. Each query sees whole steps and whole evaluations only.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed partial class RunReader : IDisposable
{
    readonly SqliteConnection _connection;
    readonly ColumnSeal _seal;

    RunReader(string path, JobSettings settings, RunOrigin? origin, SqliteConnection connection)
    {
        Path = path;
        Settings = settings;
        Origin = origin;
        _connection = connection;
        _seal = ColumnSeal.Of(connection);
    }

    public string Path { get; }

    public JobSettings Settings { get; }

    /// <summary>What made the run; null if its job.json does not tell.</summary>
    public RunOrigin? Origin { get; }

    /// <exception cref="RunException">There is no run at <paramref name="path"/>, or it cannot be read.</exception>
    public static RunReader Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        string job = System.IO.Path.Combine(path, RunFiles.Job), database = System.IO.Path.Combine(path, RunFiles.Database);
        if (!File.Exists(job) || !File.Exists(database))
        {
            throw new RunException($"{path} is not a run: it needs {RunFiles.Job} and {RunFiles.Database}; 'hone runs' lists the runs there are.");
        }

        return RunFault.Guard(path, () =>
        {
            RunFiles.Unlock(path);
            var (settings, origin) = JobFile.ReadRecorded(job);
            return new RunReader(path, settings, origin, RunSchema.OpenForReading(database));
        });
    }

    public RunState State() => RunLock.IsHeld(Path) ? RunState.Running : IsComplete() ? RunState.Finished : RunState.Interrupted;

    /// <summary>True if training has ended and nothing is left to evaluate, whether or not a process still holds the run.</summary>
    public bool IsComplete()
    {
        bool ended = RunFiles.FindCheckpoints(Path) is [var (_, newest), ..] && RecordedCursor.Read(newest).Cursor.Ended is not null;
        string[] evaluated = [.. Evaluations().Select(evaluation => evaluation.Name)];
        return ended && (!evaluated.Contains("base") || evaluated.Contains("tuned"));
    }

    /// <summary>Complete checkpoints, the newest first: steps done and folder. The oldest may be removed while one looks at it.</summary>
    public IReadOnlyList<(int Step, string Folder)> Checkpoints() => RunFiles.FindCheckpoints(Path);

    /// <summary>Folder of the best adapter so far; it need not be there yet.</summary>
    public string BestFolder => System.IO.Path.Combine(Path, RunFiles.Best);

    /// <summary>Metrics of the recorded steps, in order, from <paramref name="fromStep"/> on.</summary>
    public IReadOnlyList<StepMetrics> Metrics(int fromStep = 0) => Query(() => RunQueries.Metrics(_connection, fromStep));

    public IReadOnlyList<RecordedEvent> Events() => Query<IReadOnlyList<RecordedEvent>>(() =>
        [.. _connection.Query<(string At, long Step, string Kind, object Message)>("SELECT at, step, kind, message FROM events ORDER BY id")
            .Select(row => new RecordedEvent(Time(row.At), (int)row.Step, row.Kind, _seal.Text(row.Message)))]);

    public IReadOnlyList<EvaluationSummary> Evaluations() => Query<IReadOnlyList<EvaluationSummary>>(() =>
        [.. RunQueries.Evaluations(_connection).Select(row => row.Summary(Time(row.At)))]);

    /// <summary>Completions that are recorded, those of steps and evaluations that are not finished among them.</summary>
    public int CompletionCount() => Query(() => RunQueries.CompletionCount(_connection));

    /// <summary>An evaluation with its rollouts, or null.</summary>
    public Evaluation? Evaluation(string name, int step) => Query(() => RunQueries.FindEvaluation(_connection, name, step));

    /// <summary>The last evaluation of that name, or null.</summary>
    public Evaluation? LastEvaluation(string name) =>
        Evaluations().LastOrDefault(evaluation => evaluation.Name == name) is { } last ? Evaluation(name, last.Step) : null;

    /// <summary>Every completion of a prompt, by step: at each evaluation, and at each step that drew it.</summary>
    public IReadOnlyList<RecordedRollout> RolloutsOfPrompt(string prompt) => Query<IReadOnlyList<RecordedRollout>>(() =>
        [.. RunQueries.Rollouts(_connection, "prompt = @prompt", new { prompt }).OrderBy(recorded => recorded.Step)]);

    /// <summary>The completions that a step trained on.</summary>
    public IReadOnlyList<RecordedRollout> RolloutsOfStep(int step) => Query(() =>
        RunQueries.Rollouts(_connection, "phase = @Training AND step = @step", new { RecordedRollout.Training, step }));

    /// <summary>Completions that got no score, the first <paramref name="most"/> of them; those of a step that was never finished too.</summary>
    public IReadOnlyList<RecordedRollout> Faults(int most = 100) => Query<IReadOnlyList<RecordedRollout>>(() =>
        [.. RunQueries.Rollouts(_connection, "id IN (SELECT id FROM rollouts WHERE fault IS NOT NULL ORDER BY id LIMIT @most)", new { most })
            .Concat(RunQueries.UnfinishedFaults(_connection))
            .Take(most)]);

    /// <summary>Completions without a score, by what went wrong, the most frequent first.</summary>
    public IReadOnlyList<(string Fault, int Count)> FaultCounts() => Query<IReadOnlyList<(string, int)>>(() =>
        [.. _connection.Query<(object Fault, long Id)>("SELECT fault, id FROM rollouts WHERE fault IS NOT NULL")
            .CountBy(row => _seal.Text(row.Fault))
            .OrderByDescending(fault => fault.Value)
            .ThenBy(fault => fault.Key, StringComparer.Ordinal)
            .Select(fault => (fault.Key, fault.Value))]);

    /// <summary>Completions without a score, by where it went wrong, the most frequent first.</summary>
    public IReadOnlyList<(string Kind, int Count)> FaultKinds() =>
        [.. FaultCounts()
            .GroupBy(fault => fault.Fault.Split(": ", 2)[0], fault => fault.Count)
            .Select(kind => (kind.Key, kind.Sum()))
            .OrderByDescending(kind => kind.Item2)
            .ThenBy(kind => kind.Key, StringComparer.Ordinal)];

    /// <summary>Every training step that is recorded, with the completions that it trained on.</summary>
    public IEnumerable<(int Step, IReadOnlyList<Rollout> Rollouts)> Steps() =>
        Metrics().Select(step => (step.Step, (IReadOnlyList<Rollout>)[.. RolloutsOfStep(step.Step).Select(recorded => recorded.Rollout)]));

    /// <summary>The prompts with that id: one for each set that has it.</summary>
    public IReadOnlyList<RecordedPrompt> Prompts(string id) => Query<IReadOnlyList<RecordedPrompt>>(() =>
        [.. _connection.Query<(string Part, string Id, object Text, object? Reference)>(
                "SELECT part, id, text, reference FROM prompts WHERE id = @id ORDER BY part", new { id })
            .Select(row => new RecordedPrompt(row.Part, row.Id, _seal.Text(row.Text), _seal.TextOrNull(row.Reference)))]);

    public void Dispose() => _connection.Dispose();

    T Query<T>(Func<T> query) => RunFault.Guard(Path, query);

    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text);
}
