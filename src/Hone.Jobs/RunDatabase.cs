using System.Text.Json;
using Dapper;
using Hone.Training;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs;

/// <summary>The writing side of run.db: one transaction for each call.</summary>
sealed class RunDatabase : IDisposable
{
    readonly SqliteConnection _connection;
    readonly ColumnSeal _seal;

    public RunDatabase(string path)
    {
        _connection = RunSchema.OpenForWriting(path);
        _seal = ColumnSeal.Of(_connection);
    }

    static string Now => DateTimeOffset.UtcNow.ToString("O");

    public void Event(int step, string kind, string message) => _connection.Execute(
        "INSERT INTO events(at, step, kind, message) VALUES (@Now, @step, @kind, @message)", new { Now, step, kind, message = _seal.Seal(message) });

    public IReadOnlyList<StepMetrics> Metrics() => RunQueries.Metrics(_connection, 0);

    public void Prompts(IEnumerable<(string Id, string Text, string? Reference, string Set)> prompts) => InTransaction(transaction =>
        _connection.Execute(
            "INSERT OR REPLACE INTO prompts(part, id, text, reference) VALUES (@Set, @Id, @Text, @Reference)",
            prompts.Select(prompt => new { prompt.Set, prompt.Id, Text = _seal.Seal(prompt.Text), Reference = _seal.Seal(prompt.Reference) }),
            transaction));

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced) => InTransaction(transaction =>
    {
        string document = JsonSerializer.Serialize(metrics, JobJson.Line);
        _connection.Execute(
            "INSERT OR REPLACE INTO metrics(step, at, document) VALUES (@Step, @Now, @document)",
            new { metrics.Step, Now, document },
            transaction);
        Rollouts(RecordedRollout.Training, metrics.Step, rollouts, transaction);
        Rollouts(RecordedRollout.Replaced, metrics.Step, replaced, transaction);
    });

    public void Evaluation(Evaluation evaluation) => InTransaction(transaction =>
    {
        _connection.Execute(
            """
            INSERT OR REPLACE INTO evaluations(name, step, at, seconds, completions, faults, rewardMean, lengthMean, entropy, loss)
            VALUES (@Name, @Step, @Now, @Seconds, @Count, @Faults, @RewardMean, @LengthMean, @Entropy, @Loss)
            """,
            new
            {
                evaluation.Name,
                evaluation.Step,
                Now,
                evaluation.Seconds,
                evaluation.Rollouts.Count,
                evaluation.Faults,
                RewardMean = double.IsNaN(evaluation.RewardMean) ? (double?)null : evaluation.RewardMean,
                evaluation.LengthMean,
                evaluation.Entropy,
                evaluation.Loss,
            },
            transaction);
        Rollouts(evaluation.Name, evaluation.Step, evaluation.Rollouts, transaction);
    });

    public Evaluation? FindEvaluation(string name, int step) => RunQueries.FindEvaluation(_connection, name, step);

    public int LastStep() => _connection.ExecuteScalar<int?>("SELECT max(step) FROM metrics") ?? -1;

    /// <summary>Notes a checkpoint and makes everything that was recorded before it durable, whatever happens to the machine.</summary>
    public void FlushAt(int step)
    {
        _connection.Execute("PRAGMA synchronous = FULL");
        _connection.Execute("INSERT OR REPLACE INTO checkpoints(step, at) VALUES (@step, @Now)", new { step, Now });
        _connection.Execute("PRAGMA synchronous = NORMAL");
    }

    /// <summary>Forgets training after <paramref name="lastStep"/> and evaluations of the model after <paramref name="updates"/> steps.</summary>
    public void ForgetAfter(int lastStep, int updates) => InTransaction(transaction => _connection.Execute(
        """
        DELETE FROM metrics WHERE step > @lastStep;
        DELETE FROM rollouts WHERE phase IN (@Training, @Replaced) AND step > @lastStep;
        DELETE FROM evaluations WHERE step > @updates;
        DELETE FROM rollouts WHERE phase NOT IN (@Training, @Replaced) AND step > @updates;
        DELETE FROM checkpoints WHERE step > @updates;
        """,
        new { lastStep, updates, RecordedRollout.Training, RecordedRollout.Replaced },
        transaction));

    /// <summary>Rollouts of the occasion. Those that another grader graded come with a fault.</summary>
    public IReadOnlyList<Rollout> FindKept(Occasion occasion, string grader) =>
        [.. _connection.Query<KeptRow>(KeptRow.Select, new { Phase = occasion.Name, occasion.Step, occasion.Policy }).Select(row => row.Rollout(grader, _seal))];

    public void Keep(Occasion occasion, string grader, IReadOnlyList<Rollout> rollouts) => InTransaction(transaction =>
        _connection.Execute(KeptRow.Insert, rollouts.Select(rollout => KeptRow.From(occasion, grader, rollout, _seal)), transaction));

    /// <summary>Drops what is kept for steps before this one.</summary>
    public void ForgetKept(int beforeStep) => _connection.Execute("DELETE FROM kept WHERE step < @beforeStep", new { beforeStep });

    public void Dispose() => _connection.Dispose();

    void Rollouts(string phase, int step, IReadOnlyList<Rollout> rollouts, SqliteTransaction transaction)
    {
        _connection.Execute("DELETE FROM rollouts WHERE phase = @phase AND step = @step", new { phase, step }, transaction);
        _connection.Execute(RolloutRow.Insert, rollouts.Select(rollout => RolloutRow.From(phase, step, rollout, _seal)), transaction);
    }

    void InTransaction(Action<SqliteTransaction> action)
    {
        using var transaction = _connection.BeginTransaction();
        action(transaction);
        transaction.Commit();
    }
}
