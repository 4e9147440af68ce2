using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Jobs.Supervised;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Tests.Support;
using Hone.Tensors;

namespace Hone.Server.Tests.Queue.Nodes;

/// <summary>Jobs that imitate records, truly run by a node, against the run that the same settings give by themselves.</summary>
public sealed class SupervisedJobTests
{
    const int Steps = 10;

    // Milliseconds by which a node has surely heard of what its job is asked.
    const int HeartbeatsLater = 1000;

    static readonly Lazy<string> _expected = new(Undisturbed);

    [Theory, OnSqlite, OnPostgres]
    public async Task A_supervised_job_leaves_model_checkpoints_losses_files_and_a_run_to_look_at(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store, new TrainingEngine());

        var made = await server.Jobs.Create(QueueServer.Owner, await Job(server), default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Equal(_expected.Value, Adapter(store, job.Id));
        Assert.Equal(Enumerable.Range(1, Steps), StepsOf(events));
        Assert.Contains(events, one => one.Message.StartsWith("memory plan:", StringComparison.Ordinal));
        Assert.Contains(events, one => one.Message == $"Step 4/{Steps}: training metrics" && one.Data!["validationLoss"] is not null);
        Assert.Contains(events, one => one.Message.Contains("12 training records, 4 validation records", StringComparison.Ordinal));
        Assert.Equal((Steps, Steps), (job.Step, job.Steps));
        Assert.Equal(ModelKind.Tuned, (await server.Get<IModels>().Find(QueueServer.Owner, job.OutputModel!, default)).Kind);
        var checkpoints = await server.Jobs.Checkpoints(QueueServer.Owner, job.Id, default);
        Assert.Equal([10, 8], checkpoints.Select(checkpoint => checkpoint.Step).Take(2));
        Assert.All(checkpoints, checkpoint => Assert.NotNull(checkpoint.Metrics["validationLoss"]));
        HasFiles(store, job);
        await CanBeLookedAt(server, job);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_engine_that_dies_in_a_supervised_run_changes_nothing_but_the_time(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        int news = 0;
        var engine = new TrainingEngine();
        engine.DiesAt = _ => ++news >= 8 * engine.Starts && (news = 0) == 0;
        await using var server = await QueueServer.Start(store, engine);

        var made = await server.Jobs.Create(QueueServer.Owner, await Job(server), default);
        var (job, events) = await server.Ended(made.Id);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.True(engine.Starts > 1);
        Assert.Equal(_expected.Value, Adapter(store, job.Id));
        Assert.Equal(Enumerable.Range(1, Steps), StepsOf(events));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_supervised_job_can_be_paused_gone_on_with_and_cancelled(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        using var reached = new SemaphoreSlim(0);
        using var asked = new SemaphoreSlim(0);
        await using var server = await QueueServer.Start(store, new TrainingEngine { Watch = news => Signal(news, reached, asked) });

        string id = (await server.Jobs.Create(QueueServer.Owner, await Job(server), default)).Id;
        await reached.WaitAsync();
        await server.Jobs.Pause(QueueServer.Owner, id, default);
        await Task.Delay(HeartbeatsLater);
        asked.Release();
        await server.Reaches(id, JobStatus.Paused);
        await server.Jobs.Resume(QueueServer.Owner, id, default);
        var (job, events) = await server.Ended(id);
        string other = (await server.Jobs.Create(QueueServer.Owner, await Job(server), default)).Id;
        await reached.WaitAsync();
        await server.Jobs.Stop(QueueServer.Owner, other, default);
        await Task.Delay(HeartbeatsLater);
        asked.Release();
        var (stopped, _) = await server.Ended(other);

        Assert.True(job.Status == JobStatus.Completed, Told(events));
        Assert.Equal(_expected.Value, Adapter(store, id));
        Assert.Equal(JobStatus.Stopped, stopped.Status);
        var checkpoints = await server.Jobs.Checkpoints(QueueServer.Owner, other, default);
        Assert.True(checkpoints[0].Step >= 3, $"the newest checkpoint is of step {checkpoints[0].Step}");
    }

    [Fact]
    public async Task Records_that_are_none_and_too_little_memory_end_the_job_with_a_sentence()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store, new TrainingEngine());
        var bad = await server.Upload("bad.jsonl", "{\"messages\":[{\"role\":\"user\",\"content\":\"?\"}]}\nnot json\n");
        var small = await Job(server);
        small.Settings["memoryLimit"] = "50MB";

        var data = (await server.Ended((await server.Jobs.Create(QueueServer.Owner, Job(bad.Id), default)).Id)).Job;
        var memory = (await server.Ended((await server.Jobs.Create(QueueServer.Owner, small, default)).Id)).Job;

        Assert.Equal((JobStatus.Failed, "invalid_data"), (data.Status, data.Failure?.Code));
        Assert.Contains("line 2", data.Failure!.Message);
        Assert.Equal((JobStatus.Failed, "training_failed"), (memory.Status, memory.Failure?.Code));
        Assert.Contains("maxPromptLength", memory.Failure!.Message);
    }

    [Fact]
    public async Task Settings_that_no_run_could_have_are_refused_when_the_job_is_made()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var job = await Job(server);
        job.Settings["hyperParameters"]!["batchSize"] = 0;
        job.Settings["grader"] = new JsonObject { ["kind"] = "exact" };

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Create(QueueServer.Owner, job, default));

        Assert.Contains("batchSize is 0", problem.Message);
        Assert.Contains("a grader is given", problem.Message);
    }

    static void HasFiles(TestDatabase store, ServerJob job)
    {
        string outputs = Path.Combine(store.Folder, "jobs", job.Id, "outputs");
        string[] training = File.ReadAllLines(Path.Combine(outputs, "training_artifacts", "step_wise_training_metrics.csv"));
        string[] validation = File.ReadAllLines(Path.Combine(outputs, "validation_artifacts", "post_fine_tuning_validation", "validation_metrics.csv"));
        Assert.Equal("step_number,epoch_number,training_loss,perplexity", training[0]);
        Assert.Equal("step_number,epoch_number,validation_loss,perplexity", validation[0]);
        Assert.Equal(Steps, training.Length - 1);
        Assert.Equal(["0", "4", "8", "10"], validation[1..].Select(line => line.Split(',')[0]));
        Assert.True(File.Exists(Path.Combine(job.RunFolder, "report.html")));
    }

    static async Task CanBeLookedAt(QueueServer server, ServerJob job)
    {
        string path = $"/hone/v1/jobs/ftjob-{job.Id}";
        var metrics = JsonNode.Parse(await server.Client.GetStringAsync($"{path}/metrics"))!;
        var curves = JsonNode.Parse(await server.Client.GetStringAsync($"{path}/curves"))!["data"]!.AsArray();
        var run = JsonNode.Parse(await server.Client.GetStringAsync(path))!["run"]!;
        double[] losses = [.. metrics["evaluations"]!.AsArray().Select(one => (double)one!["loss"]!)];
        Assert.Equal(Steps, metrics["columns"]!["loss"]!.AsArray().Count);
        Assert.Equal(4, losses.Length);
        Assert.True(losses[^1] < losses[0], $"the validation loss went from {losses[0]} to {losses[^1]}");
        Assert.Equal(["loss", "validationLoss", "gradientNorm"], curves.Select(curve => (string)curve!["key"]!));
        Assert.Empty(run["findings"]!.AsArray());
        foreach (string rest in (string[])["evaluations", "rollouts", "distribution", "verdict", "faults", "pairs"])
        {
            Assert.True((await server.Client.GetAsync($"{path}/{rest}")).IsSuccessStatusCode, rest);
        }
    }

    static async Task<NewJob> Job(QueueServer server)
    {
        var held = await server.Upload("held.jsonl", Records(13, 4));
        var job = Job((await server.Upload("records.jsonl", Records(1, 12))).Id);
        return job with { Inputs = [.. job.Inputs, new JobInput("validation", held.Id)] };
    }

    static NewJob Job(string source) => QueueServer.Job(source) with
    {
        Method = JobMethod.Supervised,
        Settings = new JsonObject
        {
            ["seed"] = 3,
            ["hyperParameters"] = new JsonObject
            {
                ["epochCount"] = 20,
                ["maxSteps"] = Steps,
                ["batchSize"] = 4,
                ["evalInterval"] = 4,
                ["loraRank"] = 2,
                ["learningRate"] = 0.003,
            },
        },
    };

    static string Records(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i =>
        $$"""{"messages":[{"role":"user","content":"Ann has {{i}} figs. How many?"},{"role":"assistant","content":"She has {{i}} figs."}]}""" + "\n"));

    // Steps are so short that a run would be over before it is asked to stop: it waits for that.
    static void Signal(TrainingNews news, SemaphoreSlim reached, SemaphoreSlim asked)
    {
        if (news is { Kind: "step", Step: 3 })
        {
            reached.Release();
            asked.Wait(TimeSpan.FromMinutes(1));
        }
    }

    static int[] StepsOf(IReadOnlyList<JobEvent> events) =>
        [.. events.Where(one => one.Type == "metrics").Select(one => one.Data!["step"]!.GetValue<int>())];

    static string Told(IReadOnlyList<JobEvent> events) => string.Join('\n', events.Select(one => one.Message));

    static string Adapter(TestDatabase store, string job) => Hash(Path.Combine(store.Folder, "models", job));

    static string Hash(string folder) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "adapter_model.safetensors"))));

    static string Undisturbed()
    {
        string folder = Directory.CreateTempSubdirectory("hone-undisturbed-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "records.jsonl"), Records(1, 12));
            File.WriteAllText(Path.Combine(folder, "held.jsonl"), Records(13, 4));
            var settings = Job("x").Settings;
            settings["method"] = "supervised";
            settings["name"] = "undisturbed";
            settings["baseModel"] = Path.Combine(QueueServer.Repository, "models", "arithmetic");
            settings["trainingData"] = "records.jsonl";
            settings["validationData"] = "held.jsonl";
            File.WriteAllText(Path.Combine(folder, "job.json"), settings.ToJsonString());
            using var run = RunFolder.Create(Path.Combine(folder, "run"), JobFile.Read(Path.Combine(folder, "job.json")));
            using (var runner = new SupervisedRunner(run, new CpuDevice(run.Settings.Compute)))
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
