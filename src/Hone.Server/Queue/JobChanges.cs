using System.Data.Common;
using System.Text.Json;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;
using Hone.Server.Webhooks;

namespace Hone.Server.Queue;

/// <summary>Changes jobs: status (as <see cref="JobMoves"/> allows), events and notifications of one change are written together or not at all.</summary>
sealed class JobChanges(Database database, TimeProvider clock, JobEvents events, WebhookOutbox webhooks, AuditLog audit, Pulse pulse)
{
    /// <summary>Asks what is to change, with the job's row locked, and does it.</summary>
    /// <param name="by">Who the audit log names.</param>
    /// <param name="decide">Gets the job as it stands; null: nothing.</param>
    /// <param name="node">The node that must have the job; null: any or none.</param>
    /// <exception cref="ApiProblem">The status does not allow it, or there is no such job.</exception>
    /// <exception cref="LeaseLostException">The job is not that node's.</exception>
    public async Task Apply(Caller by, string id, Func<JobRow, JobChange?> decide, string? node = null, CancellationToken stop = default)
    {
        await database.InTransaction(
            async (connection, transaction) =>
            {
                var row = await Lock(connection, transaction, id) ?? throw ApiProblem.NotFound($"There is no job '{id}'.");
                if (node is not null && row.Node != node)
                {
                    throw new LeaseLostException(id);
                }

                if (decide(row) is { } change)
                {
                    await Write(connection, transaction, row, change, by);
                }

                return 0;
            },
            stop);
        pulse.Beat();
    }

    /// <summary>Writes a change of a row that is locked, as part of a transaction.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, JobRow row, JobChange change, Caller by)
    {
        var from = row.State;
        var to = change.To ?? from;
        if (to != from && !JobMoves.May(from, to))
        {
            throw ApiProblem.Conflict($"The job {row.Id} is {from.ToString().ToLowerInvariant()}, so it cannot become {to.ToString().ToLowerInvariant()}.");
        }

        await Update(connection, transaction, row, change, from, to);
        foreach (var note in change.Notes)
        {
            await events.Add(connection, transaction, row.Id, note);
        }

        if (to != from)
        {
            await audit.Write(connection, transaction, by, $"job.{to.ToString().ToLowerInvariant()}", row.Id, $"was {from.ToString().ToLowerInvariant()}");
            if (JobMoves.IsEnd(to))
            {
                await webhooks.Add(connection, transaction, row.Account, row.Id, to);
            }
        }
    }

    async Task Update(DbConnection connection, DbTransaction transaction, JobRow row, JobChange change, JobStatus from, JobStatus to)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        bool isHeld = to is JobStatus.Running or JobStatus.Stopping or JobStatus.Pausing;
        await connection.ExecuteAsync(
            """
            UPDATE jobs SET status = @status, modified = @now, ended = @ended, phases = COALESCE(@phases, phases),
                failure = COALESCE(@failure, failure), output_model = COALESCE(@OutputModel, output_model), node = @node, lease = COALESCE(@lease, lease),
                not_before = COALESCE(@notBefore, not_before), crashes = COALESCE(@crashes, crashes), tier = COALESCE(@Tier, tier),
                step = COALESCE(@step, step), steps = COALESCE(@steps, steps), trained_tokens = COALESCE(@TrainedTokens, trained_tokens),
                run_events = COALESCE(@RunEvents, run_events), started = CASE WHEN @begins = 1 THEN COALESCE(started, @now) ELSE started END
            WHERE id = @id
            """,
            new
            {
                id = row.Id,
                status = to.ToString(),
                now,
                ended = row.Ended ?? (JobMoves.IsEnd(to) ? now : (long?)null),
                begins = to == JobStatus.Running && from != to ? 1L : 0L,
                phases = change.Phases is { } phases ? JsonSerializer.Serialize(phases) : null,
                failure = change.Failure is { } failure ? JsonSerializer.Serialize(failure) : null,
                change.OutputModel,
                node = isHeld ? change.Node ?? row.Node : null,
                lease = change.Lease?.ToUnixTimeMilliseconds(),
                notBefore = change.NotBefore?.ToUnixTimeMilliseconds(),
                crashes = (long?)change.Crashes,
                change.Tier,
                step = (long?)change.Step,
                steps = (long?)change.Steps,
                change.TrainedTokens,
                change.RunEvents,
            },
            transaction);
    }

    async Task<JobRow?> Lock(DbConnection connection, DbTransaction transaction, string id) =>
        await connection.QueryFirstOrDefaultAsync<JobRow>(
            $"SELECT {JobRow.Columns} FROM jobs WHERE id = @id {(database.IsPostgres ? "FOR UPDATE" : "")}", new { id }, transaction);
}
