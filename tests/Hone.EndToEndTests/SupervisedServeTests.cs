using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>Supervised jobs through the whole service, with the engine as the child process that it is.</summary>
public class SupervisedServeTests
{
    const int Steps = 60;

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_supervised_job_whose_engine_is_killed_and_which_is_paused_ends_with_the_same_adapter()
    {
        using var folder = new TemporaryFolder();
        string data = folder["data"];
        using var server = HoneServer.Start(data);
        string straight = await Create(server);
        await Reaches(server, straight, "succeeded");

        string killed = await Create(server);
        await Trains(server, killed);
        server.KillEngine();
        await Reaches(server, killed, "succeeded");

        string paused = await Create(server);
        await Trains(server, paused);
        await server.Post($"/v1/fine_tuning/jobs/{paused}/pause", []);
        await Reaches(server, paused, "paused");
        await server.Post($"/v1/fine_tuning/jobs/{paused}/resume", []);
        await Reaches(server, paused, "succeeded");

        Assert.Equal(Adapter(data, straight), Adapter(data, killed));
        Assert.Equal(Adapter(data, straight), Adapter(data, paused));
        Assert.Equal(Enumerable.Range(1, Steps), StepsOf(await server.Events(killed)));
        Assert.Contains(await server.Events(killed), one => Message(one).StartsWith("The engine died", StringComparison.Ordinal));
        await CanBeUsed(server, straight);
    }

    [Fact]
    public async Task A_supervised_job_that_is_cancelled_keeps_a_checkpoint_that_answers()
    {
        using var folder = new TemporaryFolder();
        using var server = HoneServer.Start(folder["data"]);
        string id = await Create(server, epochs: 50);
        await Trains(server, id);

        await server.Post($"/v1/fine_tuning/jobs/{id}/cancel", []);
        await Reaches(server, id, "cancelled");

        var checkpoints = (await server.Get($"/v1/fine_tuning/jobs/{id}/checkpoints"))["data"]!.AsArray();
        await Answers(server, checkpoints[0]!["fine_tuned_model_checkpoint"]!.GetValue<string>());
    }

    static async Task CanBeUsed(HoneServer server, string id)
    {
        var job = await server.Job(id);
        var events = await server.Events(id);
        var checkpoints = (await server.Get($"/v1/fine_tuning/jobs/{id}/checkpoints"))["data"]!.AsArray();
        var run = await server.Get($"/hone/v1/jobs/{id}/metrics");
        double[] losses = [.. run["evaluations"]!.AsArray().Select(one => one!["loss"]!.GetValue<double>())];
        Assert.Contains(events, one => one["data"]?["valid_loss"] is not null && one["data"]!["train_loss"] is not null);
        Assert.Contains(events, one => Message(one).StartsWith("memory plan:", StringComparison.Ordinal));
        Assert.NotEmpty(checkpoints);
        Assert.NotNull(checkpoints[0]!["metrics"]!["full_valid_loss"]);
        Assert.True(losses[^1] < losses[0], $"The validation loss went from {losses[0]} to {losses[^1]}.");
        string table = await server.Client.GetStringAsync($"/v1/files/{job["result_files"]![0]}/content");
        Assert.StartsWith("step,train_loss,valid_loss", table, StringComparison.Ordinal);
        await Answers(server, job["fine_tuned_model"]!.GetValue<string>());
    }

    static async Task Answers(HoneServer server, string model)
    {
        var answer = await server.Post("/v1/chat/completions", JsonNode.Parse(
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Ann has 3 figs. How many?"}],"max_tokens":8,"temperature":0}""")!.AsObject());
        Assert.NotEmpty(answer["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    static async Task<string> Create(HoneServer server, int epochs = 10)
    {
        string validation = await server.Upload(Records(100, 8));
        return await server.CreateJob(Records(1, 48), JsonNode.Parse($$$"""
            {"model":"arithmetic","seed":5,"suffix":"figs","validation_file":"{{{validation}}}",
             "method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":{{{epochs}}},"batch_size":8,"learning_rate_multiplier":10} } } }
            """)!.AsObject());
    }

    static async Task Trains(HoneServer server, string id)
    {
        var watch = Stopwatch.StartNew();
        while (StepsOf(await server.Events(id)).Length == 0)
        {
            Assert.True(watch.Elapsed < _patience, "no step was made");
            await Task.Delay(20);
        }
    }

    static async Task Reaches(HoneServer server, string id, string status)
    {
        var watch = Stopwatch.StartNew();
        while ((await server.Job(id))["status"]!.GetValue<string>() is var now && now != status)
        {
            Assert.True(
                now is "queued" or "running" or "validating_files" && watch.Elapsed < _patience,
                $"The job is {now}:\n{string.Join('\n', (await server.Events(id)).Reverse().Select(Message))}");
            await Task.Delay(50);
        }
    }

    static string Adapter(string data, string id) => RunOutcome.Hash(Path.Combine(data, "models", id["ftjob-".Length..], "adapter_model.safetensors"));

    static string Message(JsonObject told) => told["message"]!.GetValue<string>();

    static int[] StepsOf(IReadOnlyList<JsonObject> events) =>
        [.. events.Where(one => one["type"]!.GetValue<string>() == "metrics").Select(one => one["data"]!["step"]!.GetValue<int>()).Order()];

    static string Records(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i =>
        $$"""{"messages":[{"role":"user","content":"Ann has {{i}} figs and eats one. How many figs has she?"},{"role":"assistant","content":"{{i}} - 1 = {{i - 1}}. She has {{i - 1}} figs."}]}""" + "\n"));
}
