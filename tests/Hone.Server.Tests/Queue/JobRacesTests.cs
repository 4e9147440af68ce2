using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Bedrock;
using Hone.Server.Queue;
using Hone.Server.Queue.Nodes;
using Hone.Server.Registry;
using Hone.Server.Tests.Bedrock.Support;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Queue;

/// <summary>Wishes about one job that come at awkward moments.</summary>
public sealed class JobRacesTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_that_is_stopped_while_it_comes_to_its_pause_stops_at_once(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        var engine = new HeldEngine();
        await using var server = await QueueServer.Start(store, engine, Patient);
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        engine.Leaves = () => server.Jobs.Stop(QueueServer.Owner, made.Id, default);

        await engine.Trains;
        await server.Jobs.Pause(QueueServer.Owner, made.Id, default);
        var (job, events) = await server.Ended(made.Id);

        Assert.Equal(JobStatus.Stopped, job.Status);
        Assert.Equal(PhaseStatus.Stopped, job.Phases.Training.Status);
        Assert.StartsWith("The job has stopped.", events[^1].Message);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Stopping_a_paused_job_leaves_no_data_behind_in_clear(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        string key = Path.Combine(store.Folder, "key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var engine = new HeldEngine();
        await using var server = await QueueServer.Start(store, engine, change: settings => settings with { EncryptionKeyFile = key });
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        await engine.Trains;
        await server.Jobs.Pause(QueueServer.Owner, made.Id, default);
        await server.Reaches(made.Id, JobStatus.Paused);
        string inputs = Path.Combine(store.Folder, "jobs", made.Id, "inputs");
        Assert.True(Directory.Exists(inputs));

        await server.Jobs.Stop(QueueServer.Owner, made.Id, default);

        Assert.False(Directory.Exists(inputs));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_that_waits_to_go_on_keeps_its_last_checkpoint_when_it_is_stopped(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        string id = await LeftByAServer(store);
        await using var server = await QueueServer.Start(store);
        Assert.Equal(JobStatus.Queued, (await server.Jobs.Find(QueueServer.Owner, id, default)).Status);

        await server.Jobs.Stop(QueueServer.Owner, id, default);
        var stopped = await server.Reaches(id, JobStatus.Stopped);

        Assert.NotEmpty(await server.Jobs.Checkpoints(QueueServer.Owner, id, default));
        Assert.Equal(PhaseStatus.Stopped, stopped.Phases.Training.Status);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_that_is_paused_while_it_waits_to_go_on_keeps_its_last_checkpoint_when_it_is_stopped(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        string id = await LeftByAServer(store);
        await using var server = await QueueServer.Start(store);

        await server.Jobs.Pause(QueueServer.Owner, id, default);
        await server.Jobs.Stop(QueueServer.Owner, id, default);
        await server.Reaches(id, JobStatus.Stopped);

        Assert.NotEmpty(await server.Jobs.Checkpoints(QueueServer.Owner, id, default));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Jobs_that_are_made_at_the_same_moment_keep_to_what_an_account_may_have_waiting(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store, change: settings => settings with { QueuedJobsPerAccount = 2 });
        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Job()));

        var kinds = await Task.WhenAll(jobs.Select(async job =>
        {
            try
            {
                await server.Jobs.Create(QueueServer.Owner, job, default);
                return (ProblemKind?)null;
            }
            catch (ApiProblem problem)
            {
                return problem.Kind;
            }
        }));

        Assert.Equal(2, kinds.Count(one => one is null));
        Assert.Equal(6, kinds.Count(one => one == ProblemKind.TooMany));
    }

    [Fact]
    public async Task The_largest_upload_is_no_limit_for_a_jobs_own_results()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store, new TrainingEngine(), change: settings => settings with { LargestFile = 100 });
        string prompts = Path.Combine(store.Folder, "prompts.jsonl");
        await File.WriteAllTextAsync(prompts, QueueServer.Prompts(16));

        var made = await server.Jobs.Create(QueueServer.Owner, QueueServer.Job(prompts), default);
        var (job, _) = await server.Ended(made.Id);

        Assert.Equal((JobStatus.Completed, null), (job.Status, job.Failure?.Message));
    }

    [Fact]
    public async Task A_wish_to_stop_that_comes_when_the_tuned_model_is_there_comes_too_late()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        string bucket = Directory.CreateDirectory(Path.Combine(store.Folder, "buckets", "out")).FullName;
        var engine = new TrainingEngine
        {
            Watch = news =>
            {
                if (news is { Kind: "step", Step: 4 })
                {
                    Directory.Delete(bucket, recursive: true);
                }
            },
        };
        await using var server = await QueueServer.Start(
            store, engine, node => node with { FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromSeconds(1) });
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job() with { OutputUri = "s3://out/here/" }, default);
        string model = $"ft:arithmetic:{QueueServer.Owner.Account}:sums:{made.Id}";
        while (await server.Get<IModels>().FindOrNull(QueueServer.Owner, model, default) is null)
        {
            await Task.Delay(10);
        }

        await server.Jobs.Stop(QueueServer.Owner, made.Id, default);
        await Task.Delay(400);
        Directory.CreateDirectory(bucket);
        var (job, _) = await server.Ended(made.Id);

        Assert.Equal((JobStatus.Completed, model), (job.Status, job.OutputModel));
    }

    [Fact]
    public async Task A_job_of_another_surface_does_not_hide_a_customization_job_of_the_same_name()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var job = await server.Job() with { Name = "mine", Api = JobApi.Bedrock, Request = JsonNode.Parse(BedrockServer.Job())!.AsObject() };
        var made = await server.Jobs.Create(QueueServer.Owner, job, default);
        await server.Jobs.Create(QueueServer.Owner, job with { Api = JobApi.Hone }, default);

        var (status, answer) = await server.Server.Get("/model-customization-jobs/mine");

        Assert.Equal((200, "mine"), (status, (string?)answer["jobName"]));
        Assert.EndsWith(made.Id, (string?)answer["jobArn"]);
    }

    [Fact]
    public async Task Events_are_not_read_from_behind_another_jobs_event()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var one = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        var other = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        string events = $"/v1/fine_tuning/jobs/ftjob-{one.Id}/events?after=";

        Assert.Equal(200, (await server.Server.Get($"{events}ftevent-{one.Id}-1")).Status);
        Assert.Equal(400, (await server.Server.Get($"{events}ftevent-{other.Id}-1")).Status);
    }

    [Fact]
    public async Task An_idempotency_key_that_was_used_for_another_request_is_refused()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        string file = (await server.Upload("prompts.jsonl", QueueServer.Prompts(16))).Id;
        server.Client.DefaultRequestHeaders.Add("Idempotency-Key", "once");

        async Task<(int, string?)> Create(int seed)
        {
            var (status, answer) = await server.Server.Post("/v1/fine_tuning/jobs", new JsonObject
            {
                ["model"] = "arithmetic",
                ["training_file"] = file,
                ["seed"] = seed,
            }.ToJsonString());
            return (status, (string?)answer["id"]);
        }

        var first = await Create(1);
        Assert.Equal(200, first.Item1);
        Assert.Equal(first, await Create(1));
        Assert.Equal((409, null), await Create(2));
    }

    // Without evaluations on the way nothing is kept before the end.
    static async Task<string> LeftByAServer(TestDatabase store)
    {
        using var reached = new SemaphoreSlim(0);
        var engine = new TrainingEngine
        {
            Watch = news =>
            {
                if (news is { Kind: "step", Step: 2 })
                {
                    reached.Release();
                }
            },
        };
        await using var server = await QueueServer.Start(store, engine);
        var job = await server.Job(settings =>
        {
            settings["hyperParameters"]!["maxSteps"] = 40;
            settings["hyperParameters"]!["evalInterval"] = 40;
        });
        string id = (await server.Jobs.Create(QueueServer.Owner, job, default)).Id;
        await reached.WaitAsync();
        return id;
    }

    static NodeSettings Patient(NodeSettings node) => node with { Heartbeat = TimeSpan.FromSeconds(4), Lease = TimeSpan.FromMinutes(5) };

    /// <summary>Trains until it is asked to stop, and then first does what a test wants.</summary>
    sealed class HeldEngine : IEngine
    {
        readonly TaskCompletionSource _trains = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Trains => _trains.Task;

        public Func<Task> Leaves { get; set; } = () => Task.CompletedTask;

        public async Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop)
        {
            _trains.TrySetResult();
            await Task.WhenAny(Task.Delay(Timeout.Infinite, stop));
            await Leaves();
            stop.ThrowIfCancellationRequested();
        }

        public async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
        {
            await Task.Yield();
            yield break;
        }

        public Task<int> CountTokens(GenerateRequest request, CancellationToken stop) => Task.FromResult(1);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
