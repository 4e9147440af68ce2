using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

/// <summary>What a job leaves is a file of its key.</summary>
public sealed class ResultFileTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_that_has_ended_lists_its_metrics_as_a_file(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store, new TrainingEngine());
        string id = (await server.Jobs.Create(QueueServer.Owner, await server.Job(AsOpenAi), default)).Id;
        var (_, before) = await server.Server.Get($"/v1/fine_tuning/jobs/ftjob-{id}");
        await server.Ended(id);

        var (_, job) = await server.Server.Get($"/v1/fine_tuning/jobs/ftjob-{id}");
        var (_, listed) = await server.Server.Get("/v1/fine_tuning/jobs");
        string file = job["result_files"]![0]!.GetValue<string>();
        var (_, found) = await server.Server.Get("/v1/files?purpose=fine-tune-results");
        string[] lines = (await server.Client.GetStringAsync($"/v1/files/{file}/content")).TrimEnd('\n').Split('\n');

        Assert.Empty(before["result_files"]!.AsArray());
        Assert.Equal(job["result_files"]!.ToJsonString(), listed["data"]![0]!["result_files"]!.ToJsonString());
        Assert.Equal((file, "step_metrics.csv", "fine-tune-results"), Told(Assert.Single(found["data"]!.AsArray())!));
        Assert.StartsWith("step,train_mean_reward,valid_mean_reward,train_loss,", lines[0]);
        Assert.Equal(["1", "2", "3", "4"], lines[1..].Select(line => line.Split(',')[0]));
        Assert.All(lines[1..], line => Assert.Equal(int.Parse(line.Split(',')[0]) % 2 == 0, line.Split(',')[2].Length > 0));

        var stranger = await server.Server.NewKey("000000000002", KeyScopes.All);
        Assert.Equal(404, (await server.Server.Get($"/v1/files/{file}", stranger.Bearer)).Status);
        await server.Server.Send(HttpMethod.Delete, $"/v1/files/{file}");
        Assert.Empty((await server.Server.Get($"/v1/fine_tuning/jobs/ftjob-{id}")).Json["result_files"]!.AsArray());
    }

    [Fact]
    public async Task A_cancelled_job_keeps_what_it_has_and_one_that_was_paused_has_one_file_at_its_end()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        using var reached = new SemaphoreSlim(0);
        await using var server = await QueueServer.Start(store, new TrainingEngine
        {
            Watch = news =>
            {
                if (news is { Kind: "step", Step: 2 })
                {
                    reached.Release();
                }
            },
        });
        string id = (await server.Jobs.Create(QueueServer.Owner, await server.Job(Longer), default)).Id;
        await reached.WaitAsync();
        await server.Jobs.Pause(QueueServer.Owner, id, default);
        var paused = await server.Reaches(id, JobStatus.Paused);
        var (_, waiting) = await server.Server.Get($"/v1/fine_tuning/jobs/ftjob-{id}");
        await server.Jobs.Stop(QueueServer.Owner, id, default);

        var (_, job) = await server.Server.Get($"/v1/fine_tuning/jobs/ftjob-{id}");
        string[] lines = (await server.Client.GetStringAsync($"/v1/files/{job["result_files"]![0]}/content")).TrimEnd('\n').Split('\n');

        Assert.Empty(waiting["result_files"]!.AsArray());
        Assert.Equal("cancelled", job["status"]!.GetValue<string>());
        Assert.Equal(paused.Step, lines.Length - 1);
    }

    static void Longer(JsonObject settings)
    {
        AsOpenAi(settings);
        settings["hyperParameters"]!["maxSteps"] = 12;
    }

    // What OpenAI's surface shows of a grader has OpenAI's shape.
    static void AsOpenAi(JsonObject settings) => settings["grader"] = new JsonObject
    {
        ["type"] = "string_check",
        ["name"] = "one",
        ["operation"] = "ilike",
        ["input"] = "{{sample.output_text}}",
        ["reference"] = "1",
    };

    static (string, string, string) Told(JsonNode file) =>
        (file["id"]!.GetValue<string>(), file["filename"]!.GetValue<string>(), file["purpose"]!.GetValue<string>());
}
