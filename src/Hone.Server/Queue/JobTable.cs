using System.Data.Common;
using System.Text.Json;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Store;

namespace Hone.Server.Queue;

/// <summary>Reads and adds rows of jobs. What changes them afterwards is <see cref="JobChanges"/>.</summary>
sealed class JobTable(Database database, TimeProvider clock, JobFolders folders)
{
    /// <summary>The row of an account's job by id, "ftjob-" and id, ARN or name (the newest of that name).</summary>
    public async Task<JobRow> Find(Caller caller, string reference, CancellationToken stop)
    {
        string wanted = IdOrName(caller, reference);
        return await First(
                "account = @Account AND (id = @wanted OR name = @wanted) ORDER BY CASE WHEN id = @wanted THEN 0 ELSE 1 END, number DESC",
                new { caller.Account, wanted },
                stop)
            ?? throw ApiProblem.NotFound($"There is no job '{reference}'; the list of jobs names those there are.");
    }

    public Task<JobRow?> FindById(string id, CancellationToken stop) => First("id = @id", new { id }, stop);

    /// <summary>The job that this token of the account made, or null.</summary>
    public Task<JobRow?> FindByToken(string account, string token, CancellationToken stop) =>
        First("account = @account AND token = @token", new { account, token }, stop);

    /// <summary>Jobs of the account that wait.</summary>
    public static Task<long> CountQueued(DbConnection connection, DbTransaction? transaction, string account) =>
        connection.ExecuteScalarAsync<long>("SELECT count(*) FROM jobs WHERE account = @account AND status = 'Queued'", new { account }, transaction);

    public async Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop)
    {
        long? after = query.After is { } reference ? (await Find(caller, reference, stop)).Number : null;
        var values = new DynamicParameters(new
        {
            caller.Account,
            after,
            From = query.CreatedAfter?.ToUnixTimeMilliseconds(),
            Until = query.CreatedBefore?.ToUnixTimeMilliseconds(),
            Status = query.Status?.ToString(),
            Api = query.Api?.ToString(),
            query.Name,
            Most = (long)query.Limit + 1,
        });
        string where = string.Join(" AND ", Conditions(query, values));
        var rows = await database.Read(
            connection => connection.QueryAsync<JobRow>(new CommandDefinition(
                $"SELECT {JobRow.Columns} FROM jobs WHERE {where} ORDER BY number {(query.OldestFirst ? "" : "DESC")} LIMIT @Most",
                values,
                cancellationToken: stop)),
            stop);
        ServerJob[] jobs = [.. rows.Select(row => row.Job(folders))];
        return new(jobs.Length > query.Limit ? jobs[..query.Limit] : jobs, jobs.Length > query.Limit);
    }

    /// <summary>Adds a job that waits.</summary>
    /// <returns>False if the account has one of that token, or another of a name that must be its own.</returns>
    public async Task<bool> Add(DbConnection connection, DbTransaction transaction, string id, string account, NewJob job, StoredSpec spec)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        int added = await connection.ExecuteAsync(
            """
            INSERT INTO jobs (id, account, token, api, name, document, priority, status, phases, created, modified, any_tier)
            VALUES (@id, @account, @Token, @api, @Name, @document, @Priority, @status, @phases, @now, @now, @anyTier)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                account,
                job.Token,
                api = job.Api.ToString(),
                job.Name,
                document = JsonSerializer.Serialize(spec),
                Priority = (long)job.Priority,
                status = nameof(JobStatus.Queued),
                phases = JsonSerializer.Serialize(new JobPhases(JobPhase.NotStarted, JobPhase.NotStarted, JobPhase.NotStarted)),
                now,
                anyTier = job.Metadata.TryGetValue(QueuedJobs.AnyMachineKey, out string? any) && any == "true" ? 1L : 0L,
            },
            transaction);
        if (added > 0)
        {
            await connection.ExecuteAsync(
                "INSERT INTO job_metadata (job, name, value) VALUES (@id, @Key, @Value)",
                job.Metadata.Select(pair => new { id, pair.Key, pair.Value }),
                transaction);
        }

        return added > 0;
    }

    Task<JobRow?> First(string where, object values, CancellationToken stop) => database.Read(
        connection => connection.QueryFirstOrDefaultAsync<JobRow>(
            new CommandDefinition($"SELECT {JobRow.Columns} FROM jobs WHERE {where} LIMIT 1", values, cancellationToken: stop)),
        stop);

    static IEnumerable<string> Conditions(JobQuery query, DynamicParameters values)
    {
        yield return "account = @Account";
        if (query.After is not null)
        {
            yield return query.OldestFirst ? "number > @after" : "number < @after";
        }

        if (query.CreatedAfter is not null)
        {
            yield return "created > @From";
        }

        if (query.CreatedBefore is not null)
        {
            yield return "created < @Until";
        }

        if (query.Status is not null)
        {
            yield return "status = @Status";
        }

        if (query.Api is not null)
        {
            yield return "api = @Api";
        }

        if (query.Name is not null)
        {
            yield return "name = @Name";
        }

        if (query.NameContains is { } part)
        {
            values.Add("Part", "%" + part.ToLowerInvariant().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%");
            yield return @"lower(name) LIKE @Part ESCAPE '\'";
        }

        int i = 0;
        foreach (var (key, value) in query.Metadata)
        {
            values.Add($"key{i}", key);
            values.Add($"value{i}", value);
            yield return $"EXISTS (SELECT 1 FROM job_metadata WHERE job = jobs.id AND job_metadata.name = @key{i} AND value = @value{i})";
            i++;
        }
    }

    static string IdOrName(Caller caller, string reference)
    {
        if (!reference.StartsWith("arn:", StringComparison.Ordinal))
        {
            return reference.StartsWith("ftjob-", StringComparison.Ordinal) ? reference["ftjob-".Length..] : reference;
        }

        string[] parts = reference.Split(':', 6);
        bool isOurs = parts is [_, _, "bedrock", _, var account, var resource]
            && account == caller.Account && resource.StartsWith("model-customization-job/", StringComparison.Ordinal);
        return isOurs ? reference[(reference.LastIndexOf('/') + 1)..] : throw ApiProblem.NotFound($"There is no job '{reference}'.");
    }
}
