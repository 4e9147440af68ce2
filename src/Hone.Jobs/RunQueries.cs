using System.Text.Json;
using Dapper;
using Hone.Training;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs;

/// <summary>The queries on run.db that its writer and its readers share.</summary>
static class RunQueries
{
    public static Evaluation? FindEvaluation(SqliteConnection connection, string name, int step)
    {
        double? seconds = connection.QuerySingleOrDefault<double?>(
            "SELECT seconds FROM evaluations WHERE name = @name AND step = @step", new { name, step });
        return seconds is { } found
            ? new(name, step, [.. Rollouts(connection, "phase = @name AND step = @step", new { name, step }).Select(r => r.Rollout)], found)
            : null;
    }

    public static IReadOnlyList<EvaluationRow> Evaluations(SqliteConnection connection) => [.. connection.Query<EvaluationRow>(
        $"""
        SELECT name, step, at, seconds, completions, faults, rewardMean, lengthMean, entropy, {(HasLoss(connection) ? "loss" : "NULL AS loss")}
        FROM evaluations ORDER BY step, name
        """)];

    /// <summary>Rollouts in the order in which they were recorded.</summary>
    public static IReadOnlyList<RecordedRollout> Rollouts(SqliteConnection connection, string where, object values) =>
        [.. connection.Query<RolloutRow>($"SELECT {RolloutRow.Columns} FROM rollouts WHERE {where} ORDER BY id", values)
            .Select(row => row.Recorded(ColumnSeal.Of(connection)))];

    public static int CompletionCount(SqliteConnection connection) =>
        connection.ExecuteScalar<int>("SELECT count(*) FROM rollouts")
        + (HasKept(connection) ? connection.ExecuteScalar<int>("SELECT count(*) FROM kept") : 0);

    /// <summary>Completions without a score that are only kept: their step or evaluation is not recorded.</summary>
    public static IReadOnlyList<RecordedRollout> UnfinishedFaults(SqliteConnection connection) =>
        !HasKept(connection)
            ? []
            : [.. connection.Query<KeptRow>(KeptRow.SelectUnfinished, new { RecordedRollout.Training, RecordedRollout.Replaced })
                .Select(row => new RecordedRollout(row.Phase, row.Step, row.Rollout(row.Grader, ColumnSeal.Of(connection))))
                .Where(recorded => recorded.Rollout.Grade.Fault is not null)];

    public static IReadOnlyList<StepMetrics> Metrics(SqliteConnection connection, int fromStep) =>
        [.. connection.Query<string>("SELECT document FROM metrics WHERE step >= @fromStep ORDER BY step", new { fromStep })
            .Select(document => JsonSerializer.Deserialize<StepMetrics>(document, JobJson.Line)!)];

    static bool HasLoss(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM pragma_table_info('evaluations') WHERE name = 'loss'") > 0;

    // Older runs have no such table.
    static bool HasKept(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'kept'") > 0;
}
