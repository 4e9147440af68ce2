using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Telemetry;
using Hone.Server.Tests.Support;
using Hone.Tensors;

namespace Hone.Server.Tests.Queue.Nodes;

/// <summary>Jobs that a node truly runs, undisturbed and disturbed, against the run that the same settings give by themselves.</summary>
public sealed class JobWorkTests
{
    static readonly Lazy<string> _expected = new(Undisturbed);

    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_runs_to_its_end_and_leaves_model_checkpoints_events_and_files(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store, new TrainingEngine());
        Directory.CreateDirectory(Path.Combine(store.Folder, "buckets", "out"));

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job() with { OutputUri = "s3://out/here/" }, default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Equal(_expected.Value, Adapter(store, job.Id));
        Assert.Equal([1, 2, 3, 4], Steps(events));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.Number));
        Assert.Contains(events, one => one.Message == "Step 2/4: training metrics" && one.Data!["validationReward"] is not null);
        Assert.All([job.Phases.Validation, job.Phases.Data, job.Phases.Training], phase => Assert.Equal(PhaseStatus.Completed, phase.Status));
        Assert.True(job.TrainedTokens > 0);
        Assert.Equal((4, 4, $"ft:arithmetic:{Caller.FirstAccount}:sums:{job.Id}"), (job.Step, job.Steps, job.OutputModel));
        await HasModels(server, job);
        await HasFiles(server, job);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_engine_that_dies_again_and_again_changes_nothing_but_the_time(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        int news = 0;
        var engine = new TrainingEngine();
        engine.DiesAt = _ => ++news >= 2 * engine.Starts && (news = 0) == 0;
        await using var server = await QueueServer.Start(store, engine);

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.True(engine.Starts > 2);
        Assert.Equal(engine.Starts - 1, events.Count(one => one.Message.StartsWith("The engine died", StringComparison.Ordinal)));
        Assert.Equal(_expected.Value, Adapter(store, job.Id));
        Assert.Equal([1, 2, 3, 4], Steps(events));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_engine_that_dies_without_any_progress_ends_the_job(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        var engine = new TrainingEngine { DiesAt = _ => true };
        await using var server = await QueueServer.Start(store, engine);

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        var (job, events) = await server.Ended(made.Id);

        Assert.Equal((JobStatus.Failed, "engine_crashed"), (job.Status, job.Failure?.Code));
        Assert.Equal(5, engine.Starts);
        Assert.Equal("error", events[^1].Level);
        Assert.Equal(PhaseStatus.Failed, job.Phases.Training.Status);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_paused_job_goes_on_and_ends_as_if_it_had_never_stopped(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        var engine = new TrainingEngine { Watch = news => Signal(news, reached, step: 2) };
        await using var server = await QueueServer.Start(store, engine);

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(Longer), default);
        await reached.WaitAsync();
        await server.Jobs.Pause(QueueServer.Owner, made.Id, default);
        var paused = await server.Reaches(made.Id, JobStatus.Paused);
        Assert.True(paused.Step < 12, $"the pause came too late: after step {paused.Step}");
        await server.Jobs.Resume(QueueServer.Owner, made.Id, default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Equal(Enumerable.Range(1, 12), Steps(events));
        Assert.Equal(Undisturbed(Longer), Adapter(store, job.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_cancelled_job_keeps_its_last_checkpoint_callable(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        await using var server = await QueueServer.Start(store, new TrainingEngine { Watch = news => Signal(news, reached, step: 3) });

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(Longer), default);
        await reached.WaitAsync();
        await server.Jobs.Stop(QueueServer.Owner, made.Id, default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Stopped, Told(events));
        var checkpoints = await server.Jobs.Checkpoints(QueueServer.Owner, job.Id, default);
        Assert.True(checkpoints[0].Step >= 3, $"the newest checkpoint is of step {checkpoints[0].Step}");
        var model = await server.Get<IModels>().Find(QueueServer.Owner, checkpoints[0].Model, default);
        Assert.True(File.Exists(Path.Combine(model.Adapter!, "adapter_model.safetensors")));
        Assert.Equal(PhaseStatus.Stopped, job.Phases.Training.Status);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_server_that_shuts_down_gives_the_job_back_and_the_next_one_goes_on(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        string id;
        await using (var first = await QueueServer.Start(store, new TrainingEngine { Watch = news => Signal(news, reached, step: 2) }))
        {
            id = (await first.Jobs.Create(QueueServer.Owner, await first.Job(Longer), default)).Id;
            await reached.WaitAsync();
        }

        await using var second = await QueueServer.Start(store, new TrainingEngine());
        var (job, events) = await second.Ended(id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Contains(events, one => one.Message.Contains("shuts down", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 12), Steps(events));
        Assert.Equal(Undisturbed(Longer), Adapter(store, id));
    }

    [Theory, OnPostgres]
    public async Task A_node_that_falls_silent_loses_its_job_to_another_which_finishes_it(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        using var awake = new SemaphoreSlim(0);
        var sleeper = new TrainingEngine
        {
            DiesAt = news =>
            {
                bool dies = news is { Kind: "step", Step: 2 };
                if (dies)
                {
                    reached.Release();
                }

                return dies;
            },
        };
        await using var silent = await QueueServer.Start(store, sleeper, node => node with
        {
            Heartbeat = TimeSpan.FromMinutes(5),
            Lease = TimeSpan.FromMilliseconds(300),
            Look = TimeSpan.FromMinutes(5),
            FirstRetry = TimeSpan.FromMinutes(5),
            LongestRetry = TimeSpan.FromMinutes(5),
        });
        string id = (await silent.Jobs.Create(QueueServer.Owner, await silent.Job(), default)).Id;
        await reached.WaitAsync();

        await using var other = await QueueServer.Start(store, new TrainingEngine());
        var (job, events) = await other.Ended(id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Contains(events, one => one.Message.Contains("is gone", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3, 4], Steps(events));
        Assert.Equal(_expected.Value, Adapter(store, id));
    }

    [Theory, OnPostgres]
    public async Task A_database_that_is_away_for_a_while_loses_nothing(string kind)
    {
        using var postgres = new PostgresServer();
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        using var reached = new SemaphoreSlim(0);
        var engine = new TrainingEngine { Watch = news => Signal(news, reached, step: 2) };
        string database = postgres.NewDatabase();
        await using var server = await QueueServer.Start(store, engine, change: settings => settings with { Postgres = database });
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(Longer), default);

        await reached.WaitAsync();
        postgres.Kill();
        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Find(QueueServer.Owner, made.Id, default));
        postgres.Restart();
        var (job, events) = await server.Ended(made.Id);

        Assert.Equal((kind, ProblemKind.Unavailable), (TestDatabase.OfPostgres, problem.Kind));
        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Equal(Enumerable.Range(1, 12), Steps(events));
        Assert.Equal(Undisturbed(Longer), Adapter(store, job.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_run_of_another_instruction_set_is_left_alone_and_the_job_says_so(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        string id, free;
        await using (var first = await QueueServer.Start(store, new TrainingEngine { Watch = news => Signal(news, reached, step: 2) }))
        {
            id = (await first.Jobs.Create(QueueServer.Owner, await first.Job(Longer), default)).Id;
            await reached.WaitAsync();
        }

        var engine = new TrainingEngine();
        await using var other = await QueueServer.Start(store, engine, node => node with { Tier = "another" });
        var any = await other.Job() with { Metadata = new Dictionary<string, string> { ["hone.allowOtherMachine"] = "true" } };
        free = (await other.Jobs.Create(QueueServer.Owner, any, default)).Id;
        await other.Ended(free);

        Assert.Equal(JobStatus.Queued, (await other.Jobs.Find(QueueServer.Owner, id, default)).Status);
        var events = (await other.Jobs.Events(QueueServer.Owner, id, 0, 100, newestFirst: false, default)).Items;
        Assert.Single(events, one => one.Message.Contains("leaves this job to others", StringComparison.Ordinal));
        Assert.Equal(1, engine.Starts);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Bad_data_and_a_grader_that_fails_end_the_job_with_a_sentence(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store, new TrainingEngine());
        var bad = await server.Upload("bad.jsonl", "{\"messages\":[]}\nnot json\n");
        var good = await server.Upload("prompts.jsonl", QueueServer.Prompts(8));
        var failing = QueueServer.Job(good.Id, settings => settings["grader"] = new JsonObject { ["kind"] = "http", ["url"] = "http://127.0.0.1:9/" });

        var data = (await server.Ended((await server.Jobs.Create(QueueServer.Owner, QueueServer.Job(bad.Id), default)).Id)).Job;

        var grader = (await server.Ended((await server.Jobs.Create(QueueServer.Owner, failing, default)).Id)).Job;

        Assert.Equal((JobStatus.Failed, "grader_failed"), (grader.Status, grader.Failure?.Code));
        Assert.Equal((JobStatus.Failed, "invalid_data"), (data.Status, data.Failure?.Code));
        Assert.Contains("line 2", data.Failure!.Message);
        Assert.DoesNotContain(store.Folder, data.Failure.Message);
        Assert.Equal((PhaseStatus.Failed, PhaseStatus.NotStarted), (data.Phases.Validation.Status, data.Phases.Training.Status));
    }

    static void Longer(JsonObject settings) => settings["hyperParameters"]!["maxSteps"] = 12;

    static void Signal(Hone.Jobs.Engine.TrainingNews news, SemaphoreSlim reached, int step)
    {
        if (news.Kind == "step" && news.Step == step)
        {
            reached.Release();
        }
    }

    static async Task HasModels(QueueServer server, ServerJob job)
    {
        var tuned = await server.Get<IModels>().Find(QueueServer.Owner, job.OutputModel!, default);
        Assert.Equal((ModelKind.Tuned, job.Id), (tuned.Kind, tuned.Job));
        var checkpoints = await server.Jobs.Checkpoints(QueueServer.Owner, job.Id, default);
        Assert.Equal([4, 2], checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.NotNull(checkpoints[0].Metrics["validationReward"]);
    }

    static async Task HasFiles(QueueServer server, ServerJob job)
    {
        string[] training = await Lines(server, $"s3://out/here/model-customization-job-{job.Id}/training_artifacts/step_wise_training_metrics.csv");
        string[] validation = await Lines(
            server, $"s3://out/here/model-customization-job-{job.Id}/validation_artifacts/post_fine_tuning_validation/validation_metrics.csv");
        Assert.StartsWith("step_number,epoch_number,training_loss,perplexity,", training[0]);
        Assert.StartsWith("step_number,epoch_number,validation_loss,perplexity,", validation[0]);
        Assert.Equal(["0", "1", "2", "3"], training[1..].Select(line => line.Split(',')[0]));
        Assert.Equal(["0", "2", "4"], validation[1..].Select(line => line.Split(',')[0]));

        string curves = Directory.GetFiles(Path.Combine(job.RunFolder, "tensorboard")).Single();
        var (points, length) = EventFile.Read(await File.ReadAllBytesAsync(curves));
        Assert.Equal(new FileInfo(curves).Length, length);
        Assert.Equal([1, 2, 3, 4], points.Where(point => point.Tag == "critic/rewards/mean").Select(point => point.Step));
    }

    static async Task<string[]> Lines(QueueServer server, string uri)
    {
        using var reader = new StreamReader(await server.Get<IObjects>().Open(uri, default));
        return (await reader.ReadToEndAsync()).TrimEnd('\n').Split('\n');
    }

    static int[] Steps(IReadOnlyList<JobEvent> events) => [.. events.Where(one => one.Type == "metrics").Select(one => one.Data!["step"]!.GetValue<int>())];

    static string Told(IReadOnlyList<JobEvent> events) => string.Join('\n', events.Select(one => one.Message));

    static string Adapter(TestDatabase store, string job) => Hash(Path.Combine(store.Folder, "models", job));

    static string Hash(string folder) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "adapter_model.safetensors"))));

    static string Undisturbed() => Undisturbed(_ => { });

    static string Undisturbed(Action<JsonObject> change)
    {
        string folder = Directory.CreateTempSubdirectory("hone-undisturbed-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "prompts.jsonl"), QueueServer.Prompts(16));
            var settings = QueueServer.Job("x", change).Settings;
            settings["name"] = "undisturbed";
            settings["baseModel"] = Path.Combine(QueueServer.Repository, "models", "arithmetic");
            settings["trainingData"] = "prompts.jsonl";
            File.WriteAllText(Path.Combine(folder, "job.json"), settings.ToJsonString());
            using var run = RunFolder.Create(Path.Combine(folder, "run"), JobFile.Read(Path.Combine(folder, "job.json")));
            using (var runner = new JobRunner(run, new CpuDevice(run.Settings.Compute)))
            {
                runner.Run(null, default);
            }

            return Hash(run.BestFolder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
