using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.OpenAi;

public sealed class JobsTests
{
    const string Jobs = "/v1/fine_tuning/jobs";
    const string Check = """{"type":"string_check","name":"exact","input":"{{sample.output_text}}","reference":"{{item.answer}}","operation":"eq"}""";

    [Fact]
    public async Task Hyperparameters_of_a_reinforcement_job_become_Hones()
    {
        await using var server = await Waiting();
        var job = await Create(server, $$$$"""
            {"type":"reinforcement","reinforcement":{"grader":{{{{Check}}}},"hyperparameters":{"n_epochs":3,"batch_size":4,"learning_rate_multiplier":0.5,
            "compute_multiplier":2,"eval_interval":5,"eval_samples":2,"reasoning_effort":"low"}}}
            """, "\"seed\":7");

        var settings = (await Stored(server, job)).Settings;

        Same("""{"epochCount":3,"batchSize":4,"learningRate":5E-05,"trainingSamplePerPrompt":16,"evalInterval":5,"reasoningEffort":"low"}""", settings["hyperParameters"]);
        Same("""{"samplesPerPrompt":2}""", settings["evaluation"]);
        Same(Check, settings["grader"]);
        Same("7", settings["seed"]);
    }

    [Fact]
    public async Task What_is_auto_is_left_to_Hone_and_told_as_auto()
    {
        await using var server = await Waiting();
        var job = await Create(server, $$$$"""
            {"type":"reinforcement","reinforcement":{"grader":{{{{Check}}}},"hyperparameters":{"n_epochs":"auto","batch_size":"auto","reasoning_effort":"default"}}}
            """);

        Same("{}", (await Stored(server, job)).Settings["hyperParameters"]);
        Same("""{"n_epochs":"auto","batch_size":"auto","learning_rate_multiplier":"auto"}""", job["hyperparameters"]);
        Assert.True(job["seed"]!.GetValue<long>() >= 0);
    }

    [Theory]
    [InlineData("\"method\":{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":{\"n_epochs\":2}}}")]
    [InlineData("\"hyperparameters\":{\"n_epochs\":2}")]
    public async Task A_job_without_a_grader_is_supervised(string method)
    {
        await using var server = await Waiting();
        var job = (await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{await server.Upload()}\",{method}}}")).Json;

        var stored = await Stored(server, job);

        Assert.Equal(JobMethod.Supervised, stored.Method);
        Same("""{"epochCount":2}""", stored.Settings["hyperParameters"]);
        Assert.Equal("supervised", job["method"]!["type"]!.GetValue<string>());
        Assert.Equal(2, job["hyperparameters"]!["n_epochs"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_response_format_is_a_gate_before_the_grader()
    {
        await using var server = await Waiting();
        var job = await Create(server, $$$$"""
            {"type":"reinforcement","reinforcement":{"grader":{{{{Check}}}},
            "response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{"type":"object"} } } } }
            """);

        Same(
            $$$$"""{"kind":"gate","gates":[{"kind":"jsonSchema","from":"whole","schema":{"type":"object"}}],"grader":{{{{Check}}}}}""",
            (await Stored(server, job)).Settings["grader"]);
        Same(Check, job["method"]!["reinforcement"]!["grader"]);
    }

    [Fact]
    public async Task A_judge_that_the_server_has_is_asked_on_this_machine()
    {
        await using var server = await Waiting();
        const string Judge = """{"type":"score_model","name":"j","model":"small","input":[{"role":"user","content":"{{sample.output_text}}"}]}""";
        var job = await Create(server, $$$$"""
            {"type":"reinforcement","reinforcement":{"grader":{"type":"multi","graders":{"j":{{{{Judge}}}}},"calculate_output":"j"}}}
            """);

        Assert.Equal("/models/small", (await Stored(server, job)).Settings["grader"]!["graders"]!["j"]!["modelFolder"]!.GetValue<string>());
        Assert.Null(job["method"]!["reinforcement"]!["grader"]!["graders"]!["j"]!["modelFolder"]);
    }

    [Fact]
    public async Task The_same_idempotency_key_makes_one_job()
    {
        await using var server = await Waiting();
        string body = $"{{\"model\":\"small\",\"training_file\":\"{await server.Upload()}\"}}";
        server.Client.DefaultRequestHeaders.Add("Idempotency-Key", "once");

        var first = (await server.Post(Jobs, body)).Json;
        var second = (await server.Post(Jobs, body)).Json;

        Assert.Equal(first["id"]!.GetValue<string>(), second["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lists_go_by_cursor_and_by_metadata()
    {
        await using var server = await Waiting();
        string file = await server.Upload();
        var ids = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            var (_, job) = await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{file}\",\"metadata\":{{\"run\":\"{i % 2}\"}}}}");
            ids.Insert(0, job["id"]!.GetValue<string>());
        }

        var (_, first) = await server.Get($"{Jobs}?limit=2");
        var (_, rest) = await server.Get($"{Jobs}?limit=2&after={ids[1]}");
        var (_, even) = await server.Get($"{Jobs}?metadata[run]=0");

        Assert.Equal(ids[..2], Ids(first));
        Assert.True(first["has_more"]!.GetValue<bool>());
        Assert.Equal(ids[2..], Ids(rest));
        Assert.Equal([ids[0], ids[2]], Ids(even));
    }

    [Fact]
    public async Task A_job_is_paused_resumed_and_cancelled_and_then_stays_so()
    {
        await using var server = await Waiting();
        string job = $"{Jobs}/{(await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{await server.Upload()}\"}}")).Json["id"]!.GetValue<string>()}";

        Assert.Equal("paused", Status(await server.Post($"{job}/pause")));
        Assert.Equal("queued", Status(await server.Post($"{job}/resume")));
        Assert.Equal("cancelled", Status(await server.Post($"{job}/cancel")));
        Assert.Equal(409, (await server.Post($"{job}/resume")).Status);
        Assert.Equal("cancelled", Status(await server.Get(job)));
    }

    [Fact]
    public async Task Another_account_sees_no_job_and_can_use_no_file_of_it()
    {
        await using var server = await Waiting();
        string file = await server.Upload();
        string id = (await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{file}\"}}")).Json["id"]!.GetValue<string>();
        string other = (await server.NewKey("000000000002", KeyScopes.All)).Bearer;

        foreach (string path in new[] { "", "/events", "/checkpoints" })
        {
            Assert.Equal(404, (await server.Get($"{Jobs}/{id}{path}", other)).Status);
        }

        Assert.Equal(404, (await server.Post($"{Jobs}/{id}/cancel", key: other)).Status);
        Assert.Equal(400, (await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{file}\"}}", other)).Status);
        Assert.Empty((await server.Get(Jobs, other)).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task A_key_that_may_only_read_makes_and_asks_nothing()
    {
        await using var server = await Waiting();
        string reader = (await server.NewKey(Caller.FirstAccount, KeyScopes.Read)).Bearer;

        Assert.Equal(200, (await server.Get(Jobs, reader)).Status);
        Assert.Equal(403, (await server.Post(Jobs, "{}", reader)).Status);
        Assert.Equal(403, (await server.Post("/v1/chat/completions", "{}", reader)).Status);
        Assert.Equal(401, (await server.Get(Jobs, "hone-nobody")).Status);
    }

    static async Task<TestServer> Waiting()
    {
        var server = await OpenAiServer.Start();
        ((InMemoryJobs)server.Services.GetRequiredService<IJobs>()).Waits = true;
        return server;
    }

    static async Task<JsonObject> Create(TestServer server, string method, string more = "\"suffix\":\"test\"")
    {
        var (status, json) = await server.Post(Jobs, $"{{\"model\":\"small\",\"training_file\":\"{await server.Upload()}\",\"method\":{method},{more}}}");
        Assert.True(status == 200, json.ToJsonString());
        return json;
    }

    static Task<ServerJob> Stored(TestServer server, JsonObject job) => server.Services.GetRequiredService<IJobs>()
        .Find(new Caller(Caller.FirstAccount, "test", KeyScopes.All), job["id"]!.GetValue<string>(), CancellationToken.None);

    static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual?.ToJsonString() ?? "null")), $"{expected} is not {actual?.ToJsonString()}");

    static IEnumerable<string> Ids(JsonObject list) => list["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>());

    static string Status((int Status, JsonObject Json) answer) => answer.Json["status"]!.GetValue<string>();
}
