using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>Jobs that the engine of the test trains as soon as they are made, each beside the others, or that a test moves on by hand.</summary>
sealed class InMemoryJobs(IModels models, IEngine engine, ServerSettings settings) : IJobs
{
    readonly List<Entry> _jobs = [];

    sealed class Entry(ServerJob job)
    {
        public ServerJob Job = job;
        public readonly List<JobEvent> Events = [];
        public readonly List<JobCheckpoint> Checkpoints = [];
        public CancellationTokenSource Run = new();
    }

    /// <summary>Jobs wait until a test says otherwise.</summary>
    public bool Waits { get; set; }

    public async Task<ServerJob> Create(Caller caller, NewJob job, CancellationToken stop)
    {
        var model = await models.Find(caller, job.Model, stop);
        Entry entry;
        lock (_jobs)
        {
            if (job.Token is not null && _jobs.Find(other => other.Job.Account == caller.Account && other.Job.Token == job.Token) is { } same)
            {
                return same.Job;
            }

            if (_jobs.Exists(other => other.Job.Account == caller.Account && other.Job.Name == job.Name))
            {
                throw ApiProblem.Conflict($"There is a job '{job.Name}' already; give this one another name.");
            }

            entry = new Entry(StoredJob.Of(caller, job, model));
            _jobs.Add(entry);
        }

        Tell(entry, "message", "Job created.", null);
        var created = entry.Job;
        Start(entry);
        return created;
    }

    public Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop) => Task.FromResult(Of(caller, reference).Job);

    public Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop)
    {
        lock (_jobs)
        {
            var seen = _jobs.Select(entry => entry.Job).Where(job => job.Account == caller.Account && (query.Api is null || job.Api == query.Api)
                && (query.Status is null || job.Status == query.Status) && (query.CreatedAfter is null || job.Created > query.CreatedAfter)
                && (query.CreatedBefore is null || job.Created < query.CreatedBefore)
                && (query.Name is null || job.Name == query.Name)
                && (query.NameContains is null || job.Name.Contains(query.NameContains, StringComparison.Ordinal))
                && query.Metadata.All(pair => job.Metadata.TryGetValue(pair.Key, out string? value) && value == pair.Value));
            return Task.FromResult(Pages.Of(seen, query.OldestFirst, query.After, query.Limit, job => job.Id));
        }
    }

    public Task<ServerJob> Stop(Caller caller, string reference, CancellationToken stop) => Move(caller, reference, JobStatus.Stopped);

    public Task<ServerJob> Pause(Caller caller, string reference, CancellationToken stop) => Move(caller, reference, JobStatus.Paused);

    public Task<ServerJob> Resume(Caller caller, string reference, CancellationToken stop) => Move(caller, reference, JobStatus.Queued);

    public Task<Page<JobEvent>> Events(Caller caller, string reference, long after, int limit, bool newestFirst, CancellationToken stop)
    {
        var entry = Of(caller, reference);
        lock (entry)
        {
            var rest = (newestFirst
                ? Enumerable.Reverse(entry.Events).Where(happened => after == 0 || happened.Number < after)
                : entry.Events.Where(happened => happened.Number > after)).ToList();
            return Task.FromResult(new Page<JobEvent>([.. rest.Take(limit)], rest.Count > limit));
        }
    }

    public async IAsyncEnumerable<JobEvent> Follow(Caller caller, string reference, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        var entry = Of(caller, reference);
        while (true)
        {
            bool ended = JobMoves.IsEnd(entry.Job.Status);
            JobEvent[] news;
            lock (entry)
            {
                news = [.. entry.Events.Where(happened => happened.Number > after)];
            }

            foreach (var happened in news)
            {
                after = happened.Number;
                yield return happened;
            }

            if (ended)
            {
                yield break;
            }

            await Task.Delay(5, stop);
        }
    }

    public Task<IReadOnlyList<JobCheckpoint>> Checkpoints(Caller caller, string reference, CancellationToken stop)
    {
        var entry = Of(caller, reference);
        lock (entry)
        {
            return Task.FromResult<IReadOnlyList<JobCheckpoint>>([.. Enumerable.Reverse(entry.Checkpoints)]);
        }
    }

    public void Change(Caller caller, string reference, Func<ServerJob, ServerJob> change) => Change(Of(caller, reference), change);

    public void Tell(Caller caller, string reference, string type, string message, JsonObject data) => Tell(Of(caller, reference), type, message, data);

    void Start(Entry entry)
    {
        if (!Waits)
        {
            _ = Task.Run(() => Train(entry));
        }
    }

    async Task Train(Entry entry)
    {
        var now = DateTimeOffset.UtcNow;
        Change(entry, job => job with
        {
            Status = JobStatus.Running,
            Phases = job.Phases with { Training = new(PhaseStatus.InProgress, now, null) },
            Started = now,
        });
        string folder = Path.Combine(settings.DataFolder, "runs", entry.Job.Id);
        try
        {
            await engine.Train(new() { RunFolder = folder, JobFile = "job.json" }, news => Step(entry, news, folder), entry.Run.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var tuned = await Register(entry, ModelKind.Tuned, null, folder);
        Tell(entry, "message", "The job has successfully completed.", null);
        Change(entry, job => job with { Status = JobStatus.Completed, OutputModel = tuned, Ended = DateTimeOffset.UtcNow, TrainedTokens = 1234 });
    }

    void Step(Entry entry, TrainingNews news, string folder)
    {
        Tell(entry, "metrics", $"Step {news.Step}/{news.Steps}: training metrics", new()
        {
            ["step"] = news.Step,
            ["totalSteps"] = news.Steps,
            ["rewardMean"] = 0.25 * news.Step,
            ["entropy"] = 1.5,
            ["gradientNorm"] = 0.5,
            ["lengthMean"] = 8,
        });
        string model = Register(entry, ModelKind.Checkpoint, news.Step, folder).Result;
        lock (entry)
        {
            entry.Checkpoints.Add(new($"ftckpt-{entry.Job.Id}-{news.Step}", model, news.Step, DateTimeOffset.UtcNow, new() { ["validationReward"] = 0.5 }));
        }

        Change(entry, job => job with { Step = news.Step, Steps = news.Steps });
    }

    async Task<string> Register(Entry entry, ModelKind kind, int? step, string folder)
    {
        var job = entry.Job;
        string id = $"ft:{job.BaseModel}:{job.Account}:{job.ModelName}:{job.Id}" + (step is null ? "" : $":ckpt-step-{step}");
        await models.Register(
            new()
            {
                Id = id,
                Account = job.Account,
                Kind = kind,
                Name = id,
                Base = job.BaseModel,
                Folder = "/models/small",
                Adapter = folder,
                Job = job.Id,
                Step = step,
                Created = DateTimeOffset.UtcNow,
            },
            CancellationToken.None);
        return id;
    }

    async Task<ServerJob> Move(Caller caller, string reference, JobStatus to)
    {
        var entry = Of(caller, reference);
        if (!JobMoves.May(entry.Job.Status, to))
        {
            throw ApiProblem.Conflict($"The job {entry.Job.Id} is {entry.Job.Status} and cannot become {to}.");
        }

        await entry.Run.CancelAsync();
        Change(entry, job => job with { Status = to, Ended = JobMoves.IsEnd(to) ? DateTimeOffset.UtcNow : null });
        if (to == JobStatus.Queued)
        {
            entry.Run = new();
            Start(entry);
        }

        return entry.Job;
    }

    static void Tell(Entry entry, string type, string message, JsonObject? data)
    {
        lock (entry)
        {
            int number = entry.Events.Count + 1;
            entry.Events.Add(new($"ftevent-{entry.Job.Id}-{number}", number, DateTimeOffset.UtcNow, "info", type, message, data));
        }
    }

    static void Change(Entry entry, Func<ServerJob, ServerJob> change)
    {
        lock (entry)
        {
            entry.Job = change(entry.Job) with { Modified = DateTimeOffset.UtcNow };
        }
    }

    Entry Of(Caller caller, string reference)
    {
        string id = reference[(reference.LastIndexOf('/') + 1)..].Replace("ftjob-", "", StringComparison.Ordinal);
        lock (_jobs)
        {
            return _jobs.Find(entry => entry.Job.Account == caller.Account && (entry.Job.Id == id || entry.Job.Name == id))
                ?? throw ApiProblem.NotFound($"There is no job '{reference}'.", "fine_tuning_job_id");
        }
    }
}
