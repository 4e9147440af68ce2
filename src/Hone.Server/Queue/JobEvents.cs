using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Dapper;
using Hone.Models.Encryption;
using Hone.Server.Files;
using Hone.Server.Store;

namespace Hone.Server.Queue;

/// <summary>What is told about a job, before it has a number.</summary>
sealed record JobNote(string Message, string Level = "info", string Type = "message", JsonObject? Data = null);

/// <summary>The events of jobs. Numbers rise within a job in the order in which others come to see them.</summary>
sealed class JobEvents(Database database, TimeProvider clock, Pulse pulse, ServerSettings settings)
{
    const int PageOfFollower = 500;
    static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    // Messages tell what a grader said of answers.
    readonly EncryptionKey? _key = SealedFile.KeyFor(settings.DataFolder);

    /// <summary>Writes an event as part of a transaction. The job's row stays locked until that ends, so numbers have no gaps to come.</summary>
    public async Task Add(DbConnection connection, DbTransaction transaction, string job, JobNote note)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        long number = await connection.ExecuteScalarAsync<long>(
            "UPDATE jobs SET last_event = last_event + 1 WHERE id = @job RETURNING last_event", new { job }, transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO job_events (job, number, at, level, type, message, data)
            VALUES (@job, @number, @now, @Level, @Type, @Message, @data)
            """,
            new { job, number, now, note.Level, note.Type, Message = SealedValue.SealText(_key, note.Message), data = note.Data?.ToJsonString() },
            transaction);
    }

    /// <summary>Events behind one in the order they are read in: those after it, or, newest first, those before it. 0: from the start.</summary>
    public async Task<Page<JobEvent>> Read(string job, long after, int limit, bool newestFirst, CancellationToken stop)
    {
        after = newestFirst && after == 0 ? long.MaxValue : after;
        var rows = await database.Read(
            connection => connection.QueryAsync<Row>(new CommandDefinition(
                $"""
                SELECT number AS Number, at AS At, level AS Level, type AS Type, message AS Message, data AS Data FROM job_events
                WHERE job = @job AND number {(newestFirst ? "<" : ">")} @after ORDER BY number {(newestFirst ? "DESC" : "")} LIMIT @most
                """,
                new { job, after, most = (long)limit + 1 },
                cancellationToken: stop)),
            stop);
        JobEvent[] events = [.. rows.Select(row => row.Event(job, _key))];
        return new(events.Length > limit ? events[..limit] : events, events.Length > limit);
    }

    /// <summary>Events behind a number, as they come, until <paramref name="hasEnded"/> says that none will. A database that is away is waited for.</summary>
    public async IAsyncEnumerable<JobEvent> Follow(
        string job, long after, Func<CancellationToken, Task<bool>> hasEnded, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            var next = pulse.Next;
            var (ended, events) = await Look(job, after, hasEnded, stop);
            foreach (var one in events)
            {
                yield return one;
                after = one.Number;
            }

            if (ended && events.Count == 0)
            {
                yield break;
            }

            if (events.Count == 0)
            {
                await Pulse.Wait(next, _look, stop);
            }
        }
    }

    // The last events are written together with the end, so whoever sees the end first sees them after.
    async Task<(bool Ended, IReadOnlyList<JobEvent> Events)> Look(
        string job, long after, Func<CancellationToken, Task<bool>> hasEnded, CancellationToken stop)
    {
        try
        {
            bool ended = await hasEnded(stop);
            return (ended, (await Read(job, after, PageOfFollower, newestFirst: false, stop)).Items);
        }
        catch (ApiProblem problem) when (problem.Kind == ProblemKind.Unavailable)
        {
            return (false, []);
        }
    }

    sealed class Row
    {
        public long Number { get; init; }
        public long At { get; init; }
        public required string Level { get; init; }
        public required string Type { get; init; }
        public required string Message { get; init; }
        public string? Data { get; init; }

        public JobEvent Event(string job, EncryptionKey? key) => new(
            $"ftevent-{job}-{Number}", Number, DateTimeOffset.FromUnixTimeMilliseconds(At), Level, Type,
            SealedValue.OpenText(key, Message, "The database"),
            Data is null ? null : JsonNode.Parse(Data)!.AsObject());
    }
}
