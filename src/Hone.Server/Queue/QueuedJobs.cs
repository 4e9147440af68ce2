using System.Text.Json.Nodes;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue.Inputs;
using Hone.Server.Queue.Nodes;
using Hone.Server.Store;

namespace Hone.Server.Queue;

/// <summary>The queue in the database.</summary>
sealed class QueuedJobs(
    Database database, JobTable table, JobEvents events, JobChanges changes, JobFolders folders, NewJobCheck check, Homecoming homecoming,
    AuditLog audit, Pulse pulse, ServerSettings settings) : IJobs
{
    /// <summary>Metadata "true" under this name lets a run go on in another instruction-set tier than it began with.</summary>
    public const string AnyMachineKey = "hone.allowOtherMachine";

    public async Task<ServerJob> Create(Caller caller, NewJob job, CancellationToken stop)
    {
        if (job.Token is { } token && await table.FindByToken(caller.Account, token, stop) is { } there)
        {
            return there.Job(folders);
        }

        RequireRoom(await database.Read(connection => JobTable.CountQueued(connection, null, caller.Account), stop));
        var model = await check.Run(caller, job, stop);
        var spec = new StoredSpec(
            job.Method, job.ModelName ?? job.Name, model.Base, model.Adapter is null ? null : model.Id, job.Inputs, job.Settings, job.OutputUri,
            job.Request, job.Metadata);
        string id = Ids.New();
        bool added = await database.InTransaction(
            async (connection, transaction) =>
            {
                // Of creations at the same moment each counts those before it.
                await database.Lock(connection, transaction, $"queue of {caller.Account}");
                long queued = await JobTable.CountQueued(connection, transaction, caller.Account);
                bool isNew = await table.Add(connection, transaction, id, caller.Account, job, spec);
                if (isNew)
                {
                    RequireRoom(queued);
                    await events.Add(connection, transaction, id, new JobNote($"The job is created and waits for a node; it trains {model.Id}."));
                    await audit.Write(connection, transaction, caller, "job.create", id, job.Name);
                }

                return isNew;
            },
            stop);
        pulse.Beat();
        return added ? await Find(caller, id, stop) : await Other(caller, job, stop);
    }

    public async Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop) => (await table.Find(caller, reference, stop)).Job(folders);

    public Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop) => table.List(caller, query, stop);

    public async Task<ServerJob> Stop(Caller caller, string reference, CancellationToken stop)
    {
        bool isTaken = false;
        var job = await Change(
            caller,
            reference,
            row =>
            {
                isTaken = row is { State: JobStatus.Queued or JobStatus.Paused, Started: not null };
                return isTaken ? homecoming.Take() : StopOf(row);
            },
            stop);
        if (!isTaken)
        {
            return job;
        }

        await homecoming.Run(job.Id, stop);
        return await Find(caller, job.Id, stop);
    }

    public Task<ServerJob> Pause(Caller caller, string reference, CancellationToken stop) => Change(caller, reference, PauseOf, stop);

    public Task<ServerJob> Resume(Caller caller, string reference, CancellationToken stop) => Change(
        caller,
        reference,
        row => row.State == JobStatus.Paused
            ? JobChange.Move(JobStatus.Queued, "The job waits for a node to go on.")
            : throw ApiProblem.Conflict($"The job {row.Id} is {Word(row)}, so it cannot be resumed; only a paused job can."),
        stop);

    public async Task<Page<JobEvent>> Events(Caller caller, string reference, long after, int limit, bool newestFirst, CancellationToken stop) =>
        await events.Read((await table.Find(caller, reference, stop)).Id, after, limit, newestFirst, stop);

    public async IAsyncEnumerable<JobEvent> Follow(
        Caller caller, string reference, long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        string id = (await table.Find(caller, reference, stop)).Id;
        await foreach (var one in events.Follow(id, after, async look => JobMoves.IsEnd((await table.FindById(id, look))!.State), stop))
        {
            yield return one;
        }
    }

    public async Task<IReadOnlyList<JobCheckpoint>> Checkpoints(Caller caller, string reference, CancellationToken stop)
    {
        var job = await table.Find(caller, reference, stop);
        var rows = await database.Read(
            connection => connection.QueryAsync<(string Id, long Step, long Created, string? Metrics)>(new CommandDefinition(
                "SELECT id, step, created, metrics FROM models WHERE job = @Id AND kind = 'Checkpoint' ORDER BY step DESC",
                new { job.Id },
                cancellationToken: stop)),
            stop);
        return
        [
            .. rows.Select(row => new JobCheckpoint(
                $"ftckpt-{job.Id}-{row.Step}", row.Id, (int)row.Step, DateTimeOffset.FromUnixTimeMilliseconds(row.Created),
                row.Metrics is null ? [] : JsonNode.Parse(row.Metrics)!.AsObject())),
        ];
    }

    void RequireRoom(long queued)
    {
        if (queued >= settings.QueuedJobsPerAccount)
        {
            throw new ApiProblem(ProblemKind.TooMany, $"{settings.QueuedJobsPerAccount} jobs of this account wait already; wait for one to begin, or stop one.");
        }
    }

    async Task<ServerJob> Change(Caller caller, string reference, Func<JobRow, JobChange?> decide, CancellationToken stop)
    {
        string id = (await table.Find(caller, reference, stop)).Id;
        await changes.Apply(caller, id, decide, stop: stop);
        return await Find(caller, id, stop);
    }

    // Somebody else's creation came first: with the same token it is this one, with the same name another.
    async Task<ServerJob> Other(Caller caller, NewJob job, CancellationToken stop) =>
        job.Token is { } token && await table.FindByToken(caller.Account, token, stop) is { } same
            ? same.Job(folders)
            : throw ApiProblem.Conflict($"There is a job '{job.Name}' already; give this one another name.");

    static JobChange? StopOf(JobRow row) => row.State switch
    {
        JobStatus.Queued or JobStatus.Paused => JobChange.Move(JobStatus.Stopped, "The job is stopped."),
        JobStatus.Running or JobStatus.Pausing => JobChange.Move(JobStatus.Stopping, "The job is asked to stop."),
        JobStatus.Stopping => null,
        _ => throw ApiProblem.Conflict($"The job {row.Id} is {Word(row)}, so it cannot be stopped."),
    };

    static JobChange? PauseOf(JobRow row) => row.State switch
    {
        JobStatus.Queued => JobChange.Move(JobStatus.Paused, "The job is paused."),
        JobStatus.Running => JobChange.Move(JobStatus.Pausing, "The job is asked to pause."),
        JobStatus.Pausing => null,
        _ => throw ApiProblem.Conflict($"The job {row.Id} is {Word(row)}, so it cannot be paused."),
    };

    static string Word(JobRow row) => row.State.ToString().ToLowerInvariant();
}
