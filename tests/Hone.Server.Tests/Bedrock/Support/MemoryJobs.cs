using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Bedrock.Support;

/// <summary>Jobs in a list, that a test moves on by hand.</summary>
sealed class MemoryJobs(IModels models) : IJobs
{
    readonly List<ServerJob> _jobs = [];

    public Dictionary<string, List<JobEvent>> Told { get; } = [];

    public async Task<ServerJob> Create(Caller caller, NewJob job, CancellationToken stop)
    {
        var model = await models.Find(caller, job.Model, stop);
        ServerJob made;
        lock (_jobs)
        {
            if (job.Token is not null && _jobs.Find(other => other.Account == caller.Account && other.Token == job.Token) is { } same)
            {
                return same;
            }

            if (_jobs.Exists(other => other.Account == caller.Account && other.Name == job.Name))
            {
                throw ApiProblem.Conflict($"There is a job '{job.Name}' already; give this one another name.");
            }

            made = new()
            {
                Id = Ids.New(),
                Account = caller.Account,
                Api = job.Api,
                Method = job.Method,
                Name = job.Name,
                ModelName = job.ModelName ?? job.Name,
                Token = job.Token,
                BaseModel = model.Base,
                Inputs = job.Inputs,
                Settings = job.Settings,
                OutputUri = job.OutputUri,
                Request = job.Request,
                Metadata = job.Metadata,
                Status = JobStatus.Queued,
                Phases = new(JobPhase.NotStarted, JobPhase.NotStarted, JobPhase.NotStarted),
                Created = DateTimeOffset.UtcNow,
                Modified = DateTimeOffset.UtcNow,
                RunFolder = "/runs",
            };
            _jobs.Add(made);
        }

        return made;
    }

    public ServerJob Change(string id, Func<ServerJob, ServerJob> change)
    {
        lock (_jobs)
        {
            int at = _jobs.FindIndex(job => job.Id == id);
            return _jobs[at] = change(_jobs[at]) with { Modified = DateTimeOffset.UtcNow };
        }
    }

    public Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop)
    {
        lock (_jobs)
        {
            string end = reference[(reference.LastIndexOf('/') + 1)..];
            return Task.FromResult(_jobs.Find(job => job.Account == caller.Account && (job.Id == end || job.Name == end))
                ?? throw ApiProblem.NotFound($"There is no job '{reference}'."));
        }
    }

    public Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop)
    {
        lock (_jobs)
        {
            var seen = _jobs.Where(job => job.Account == caller.Account && (query.Api is null || job.Api == query.Api)
                && (query.Status is null || job.Status == query.Status) && (query.CreatedAfter is null || job.Created > query.CreatedAfter)
                && (query.CreatedBefore is null || job.Created < query.CreatedBefore)
                && (query.NameContains is null || job.Name.Contains(query.NameContains, StringComparison.Ordinal)));
            return Task.FromResult(Page(seen, query.OldestFirst, query.After, query.Limit, job => job.Id));
        }
    }

    public async Task<ServerJob> Stop(Caller caller, string reference, CancellationToken stop)
    {
        var job = await Find(caller, reference, stop);
        return JobMoves.IsEnd(job.Status)
            ? throw ApiProblem.Conflict($"The job {job.Name} is {job.Status}, so it cannot be stopped.")
            : Change(job.Id, one => one with { Status = JobStatus.Stopped, Ended = DateTimeOffset.UtcNow });
    }

    public Task<ServerJob> Pause(Caller caller, string reference, CancellationToken stop) => throw new NotSupportedException();

    public Task<ServerJob> Resume(Caller caller, string reference, CancellationToken stop) => throw new NotSupportedException();

    public Task<Page<JobEvent>> Events(Caller caller, string reference, long after, int limit, bool newestFirst, CancellationToken stop) =>
        Task.FromResult(new Page<JobEvent>(Told.GetValueOrDefault(reference) ?? [], false));

    public async IAsyncEnumerable<JobEvent> Follow(Caller caller, string reference, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task<IReadOnlyList<JobCheckpoint>> Checkpoints(Caller caller, string reference, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<JobCheckpoint>>([]);

    public static JobEvent Metrics(string job, JsonObject data) => new($"ftevent-{job}-1", 1, DateTimeOffset.UtcNow, "info", "metrics", "Step", data);

    /// <param name="all">The oldest first.</param>
    internal static Page<T> Page<T>(IEnumerable<T> all, bool oldestFirst, string? after, int limit, Func<T, string> id)
    {
        var ordered = oldestFirst ? all : all.Reverse();
        var rest = (after is null ? ordered : ordered.SkipWhile(item => id(item) != after).Skip(1)).ToList();
        return new([.. rest.Take(limit)], rest.Count > limit);
    }
}
