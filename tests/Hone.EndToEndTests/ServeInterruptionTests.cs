using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;
using Hone.Server.Tests.Support;
using Xunit.Abstractions;

namespace Hone.EndToEndTests;

/// <summary>A job whose server, engine or both are killed at any moment ends as if nothing had happened.</summary>
public class ServeInterruptionTests(ITestOutputHelper log)
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Fact]
    public Task A_job_whose_server_engine_and_both_are_killed_ends_with_the_same_adapter() => Killed(kills: 3, seed: 1);

    [PostgresFact]
    public async Task A_job_of_a_node_that_is_killed_is_finished_by_the_other()
    {
        using var folder = new TemporaryFolder();
        using var postgres = new PostgresServer();
        string database = postgres.NewDatabase(), data = folder["shared"];
        const int Epochs = 20;
        var (expected, _) = await Undisturbed(folder["straight"], Epochs);
        using var first = HoneServer.Start(data, "--postgres", database);
        using var second = HoneServer.Start(data, "--postgres", database);
        string id = await first.CreateJob(Prompts(), Job(Epochs));
        while ((await first.Events(id)).All(one => one["type"]!.GetValue<string>() != "metrics"))
        {
            await Task.Delay(50);
        }

        // Whichever took the job has an engine.
        var (victim, other) = first.Engine() is null ? (second, first) : (first, second);
        victim.KillEngine();
        victim.Kill();

        Assert.Equal(expected, await Ended(other, id, data));
        Assert.Contains(await other.Events(id), one => one["message"]!.GetValue<string>().Contains("is gone", StringComparison.Ordinal));
    }

    [LongFact]
    public Task Jobs_killed_at_fifty_random_moments_end_with_the_same_adapter() => Killed(kills: 50, seed: 2);

    async Task Killed(int kills, int seed)
    {
        using var folder = new TemporaryFolder();
        var (expected, seconds) = await Undisturbed(folder["straight"]);
        var random = new Random(seed);
        for (int job = 0, done = 0; done < kills; job++)
        {
            var (outcome, killed) = await Disturbed(folder[$"data-{job}"], random, seconds, done, most: Math.Min(6, kills - done));
            done += killed;

            Assert.Equal(expected, outcome);
        }
    }

    static async Task<(Outcome Outcome, double Seconds)> Undisturbed(string data, int epochs = 4)
    {
        using var server = HoneServer.Start(data);
        string id = await server.CreateJob(Prompts(), Job(epochs));
        var watch = Stopwatch.StartNew();
        return (await Ended(server, id, data), watch.Elapsed.TotalSeconds);
    }

    async Task<(Outcome Outcome, int Kills)> Disturbed(string data, Random random, double seconds, int done, int most)
    {
        var server = HoneServer.Start(data);
        try
        {
            string id = await server.CreateJob(Prompts(), Job(epochs: 4));
            int kills = 0;
            for (; kills < most; kills++)
            {
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * seconds / 2));
                if (await HasEnded(server, id))
                {
                    break;
                }

                server = Kill(server, data, (done + kills) % 3);
            }

            return (await Ended(server, id, data), Math.Max(kills, 1));
        }
        finally
        {
            server.Dispose();
        }
    }

    HoneServer Kill(HoneServer server, string data, int what)
    {
        log.WriteLine($"killed: {(what == 0 ? "the server" : what == 1 ? "the engine" : "both")}, engine {server.Engine()}");
        if (what > 0)
        {
            server.KillEngine();
        }

        if (what == 1)
        {
            return server;
        }

        server.Kill();
        server.Dispose();
        return HoneServer.Start(data);
    }

    static async Task<bool> HasEnded(HoneServer server, string id) =>
        (await server.Job(id))["status"]!.GetValue<string>() is "succeeded" or "failed" or "cancelled";

    static async Task<Outcome> Ended(HoneServer server, string id, string data)
    {
        for (var watch = Stopwatch.StartNew(); !await HasEnded(server, id) && watch.Elapsed < _patience;)
        {
            await Task.Delay(100);
        }

        var job = await server.Job(id);
        var events = await server.Events(id);
        string told = string.Join('\n', events.Reverse().Select(one => one["message"]!.GetValue<string>()));
        Assert.True(job["status"]!.GetValue<string>() == "succeeded", $"{job.ToJsonString()}\n{told}");
        int[] steps = [.. events.Where(one => one["type"]!.GetValue<string>() == "metrics").Select(one => one["data"]!["step"]!.GetValue<int>()).Order()];
        return new(RunOutcome.Hash(Path.Combine(data, "models", id["ftjob-".Length..], "adapter_model.safetensors")), string.Join(' ', steps));
    }

    static string Prompts() => string.Concat(File.ReadLines(Path.Combine(SmallJob.Recipe, "train.jsonl")).Take(24).Select(line => line + "\n"));

    static JsonObject Job(int epochs) => JsonNode.Parse($$$"""
        {
          "model": "arithmetic", "seed": 7, "suffix": "sums",
          "method": {
            "type": "reinforcement",
            "reinforcement": {
              "grader": {"type": "string_check", "name": "ends", "operation": "ilike", "input": "{{sample.output_text}}", "reference": "1"},
              "hyperparameters": {"n_epochs": {{{epochs}}}, "batch_size": 8, "eval_interval": 2, "compute_multiplier": 0.5}
            }
          }
        }
        """)!.AsObject();

    /// <param name="Adapter">Hash of the tuned model's weights.</param>
    /// <param name="Steps">Numbers of the steps that events told of: none is lost, none told twice.</param>
    sealed record Outcome(string Adapter, string Steps);

    [AttributeUsage(AttributeTargets.Method)]
    sealed class PostgresFactAttribute : FactAttribute
    {
        public PostgresFactAttribute() => Skip = PostgresServer.Missing;
    }
}
