using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>Jobs in a list. Those that are made stay in the queue.</summary>
sealed class StagedJobs(string folder) : IJobs
{
    static readonly DateTimeOffset _begun = DateTimeOffset.UtcNow.AddHours(-3);

    readonly ConcurrentDictionary<string, ServerJob> _jobs = new();
    readonly ConcurrentDictionary<string, List<JobEvent>> _events = new();
    int _made;

    public IReadOnlyList<ServerJob> All => [.. _jobs.Values.OrderByDescending(job => job.Created)];

    public string FolderOf(string id) => Path.Combine(folder, "runs", id);

    public ServerJob Add(string id, string name, JobStatus status, int step, int? steps, string account = Caller.FirstAccount) => _jobs[id] = new()
    {
        Id = id,
        Account = account,
        Api = JobApi.Hone,
        Method = JobMethod.Reinforcement,
        Name = name,
        ModelName = name,
        BaseModel = "arithmetic",
        Inputs = [new("training", "file-training")],
        Settings = [],
        Request = [],
        Metadata = new Dictionary<string, string>(),
        Status = status,
        Phases = new(JobPhase.NotStarted, JobPhase.NotStarted, JobPhase.NotStarted),
        Created = _begun.AddMinutes(_made++),
        Modified = _begun.AddMinutes(_made),
        Started = status == JobStatus.Queued ? null : _begun.AddMinutes(_made),
        Ended = JobMoves.IsEnd(status) ? _begun.AddMinutes(_made + 2) : null,
        RunFolder = FolderOf(id),
        OutputModel = status == JobStatus.Completed ? $"ft:arithmetic:{account}:{name}:{id}" : null,
        Failure = status == JobStatus.Failed ? new("grader_error", "The grader failed on 31 % of the answers of step 3; it may fail on 20 % at most.") : null,
        Step = step,
        Steps = steps,
    };

    public void Imitates(string id) => _jobs[id] = _jobs[id] with { Method = JobMethod.Supervised };

    public void Move(string id, JobStatus status, int step) => _jobs[id] = _jobs[id] with { Status = status, Step = step };

    public void Tell(string id, string level, string message)
    {
        var events = _events.GetOrAdd(id, _ => []);
        lock (events)
        {
            long number = events.Count + 1;
            events.Add(new($"ftevent-{id}-{number}", number, _begun.AddSeconds(number * 7), level, "message", message, null));
        }
    }

    public Task<ServerJob> Create(Caller caller, NewJob job, CancellationToken stop)
    {
        string id = $"made{_made:D8}";
        var made = Add(id, job.Name, JobStatus.Queued, 0, null, caller.Account) with { Settings = job.Settings, Inputs = job.Inputs };
        _jobs[id] = made;
        return Task.FromResult(made);
    }

    public Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop) =>
        _jobs.TryGetValue(reference.Replace("ftjob-", "", StringComparison.Ordinal), out var job) && job.Account == caller.Account
            ? Task.FromResult(job)
            : throw ApiProblem.NotFound($"There is no job '{reference}'.");

    public Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop) => Task.FromResult(new Page<ServerJob>(
        [.. All.Where(job => job.Account == caller.Account && (query.NameContains is null || job.Name.Contains(query.NameContains, StringComparison.Ordinal))).Take(query.Limit)],
        false));

    public async Task<ServerJob> Stop(Caller caller, string reference, CancellationToken stop) => Ended(await Find(caller, reference, stop), JobStatus.Stopped);

    public async Task<ServerJob> Pause(Caller caller, string reference, CancellationToken stop) => Ended(await Find(caller, reference, stop), JobStatus.Paused);

    public async Task<ServerJob> Resume(Caller caller, string reference, CancellationToken stop) => Ended(await Find(caller, reference, stop), JobStatus.Queued);

    public async Task<Page<JobEvent>> Events(Caller caller, string reference, long after, int limit, bool newestFirst, CancellationToken stop)
    {
        var job = await Find(caller, reference, stop);
        var events = _events.GetOrAdd(job.Id, _ => []);
        lock (events)
        {
            JobEvent[] found = [.. events.Where(one => one.Number > after)];
            return new([.. newestFirst ? found.Reverse().Take(limit) : found.Take(limit)], found.Length > limit);
        }
    }

    public async IAsyncEnumerable<JobEvent> Follow(Caller caller, string reference, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var one in (await Events(caller, reference, after, 1000, false, stop)).Items)
        {
            yield return one;
        }
    }

    public Task<IReadOnlyList<JobCheckpoint>> Checkpoints(Caller caller, string reference, CancellationToken stop) => Task.FromResult<IReadOnlyList<JobCheckpoint>>(
        [new("ftckpt-1", "ft:arithmetic:000000000001:sums:x:ckpt-step-50", 50, _begun, new JsonObject())]);

    ServerJob Ended(ServerJob job, JobStatus status) => _jobs[job.Id] = job with { Status = status };
}
