using System.Data.Common;
using Dapper;
using Hone.Server.Store;

namespace Hone.Server.Queue.Nodes;

/// <summary>Which node has which job. A job that is taken belongs to its node until the lease runs out, and the node extends the lease.</summary>
sealed class Claims(Database database, TimeProvider clock, NodeSettings node, JobChanges changes)
{
    // What a dead node was asked to end comes first: it costs little.
    const string Mine = """
        (status = 'Queued' AND not_before <= @now AND (tier IS NULL OR tier = @Tier OR any_tier = 1))
        OR (status IN ('Stopping', 'Pausing') AND lease < @now)
        """;

    /// <summary>Takes the job that is next, if there is one: the highest priority, then the oldest.</summary>
    public Task<JobRow?> Next(CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            var row = await connection.QueryFirstOrDefaultAsync<JobRow>(
                $"""
                SELECT {JobRow.Columns} FROM jobs WHERE {Mine}
                ORDER BY CASE WHEN status = 'Queued' THEN 1 ELSE 0 END, priority DESC, number LIMIT 1 {database.ForUpdateSkipLocked}
                """,
                new { now = Now, node.Tier },
                transaction);
            if (row is null)
            {
                return null;
            }

            var take = row.State == JobStatus.Queued
                ? JobChange.Move(JobStatus.Running, row.Started is null ? $"The node {node.Name} begins the job." : $"The node {node.Name} goes on with the job.")
                : new JobChange();
            await changes.Write(
                connection, transaction, row, take with { Node = node.Name, Lease = clock.GetUtcNow() + node.Lease }, node.By(row.Account));
            return await connection.QueryFirstAsync<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE id = @Id", new { row.Id }, transaction);
        },
        stop);

    /// <summary>Extends the lease.</summary>
    /// <returns>The job's status, or null if it is this node's no more.</returns>
    public Task<JobStatus?> Renew(string job, CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            string? status = await connection.QueryFirstOrDefaultAsync<string>(
                "UPDATE jobs SET lease = @until WHERE id = @job AND node = @Name RETURNING status",
                new { job, node.Name, until = Now + (long)node.Lease.TotalMilliseconds },
                transaction);
            return status is null ? (JobStatus?)null : Enum.Parse<JobStatus>(status);
        },
        stop);

    /// <summary>Puts back into the queue what nodes had that are gone.</summary>
    /// <param name="all">Every other node is gone: this one has the data folder to itself.</param>
    public async Task GiveBackAbandoned(bool all, CancellationToken stop)
    {
        while (await database.InTransaction((connection, transaction) => GiveBackOne(connection, transaction, all), stop))
        {
        }
    }

    /// <summary>Says, once for each tier, that a job waits for a machine of another kind than this.</summary>
    public Task NoteOtherTier(CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            var rows = await connection.QueryAsync<JobRow>(
                $"""
                SELECT {JobRow.Columns} FROM jobs WHERE status = 'Queued' AND any_tier = 0 AND tier <> @Tier
                    AND (refused_tier IS NULL OR refused_tier <> @Tier) {database.ForUpdateSkipLocked}
                """,
                new { node.Tier },
                transaction);
            foreach (var row in rows.ToArray())
            {
                await connection.ExecuteAsync("UPDATE jobs SET refused_tier = @Tier WHERE id = @Id", new { node.Tier, row.Id }, transaction);
                await changes.Write(connection, transaction, row, new JobChange { Notes = [Refusal(row)] }, node.By(row.Account));
            }

            return 0;
        },
        stop);

    long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    JobNote Refusal(JobRow row) => new(
        $"The node {node.Name} leaves this job to others: its run began with {row.Tier} instructions, and this machine computes with {node.Tier}, where "
        + $"results differ in the last bits. Metadata \"{QueuedJobs.AnyMachineKey}\": \"true\" in a new job lets it go on anywhere.",
        "warn");

    async Task<bool> GiveBackOne(DbConnection connection, DbTransaction transaction, bool all)
    {
        var row = await connection.QueryFirstOrDefaultAsync<JobRow>(
            $"""
            SELECT {JobRow.Columns} FROM jobs WHERE status IN ('Running', 'Stopping', 'Pausing') AND lease > 0 AND node <> @Name
                AND (lease < @now OR (@all = 1)) AND (status = 'Running' OR @all = 1) ORDER BY number LIMIT 1 {database.ForUpdateSkipLocked}
            """,
            new { node.Name, now = Now, all = all ? 1L : 0L },
            transaction);
        if (row is null)
        {
            return false;
        }

        var change = row.State == JobStatus.Running
            ? JobChange.Move(JobStatus.Queued, $"The node {row.Node} is gone; the job waits for a node to go on from its last checkpoint.", "warn")
            : new JobChange { Lease = DateTimeOffset.UnixEpoch };
        await changes.Write(connection, transaction, row, change, node.By(row.Account));
        return true;
    }
}
