using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Inference;

/// <summary>The OpenAI surface over the true engine, which answers with the small model.</summary>
public sealed class TrueEngineTests
{
    [Fact]
    public async Task A_supervised_job_makes_a_model_that_answers()
    {
        await using var server = await Start();
        string records = string.Concat(Enumerable.Range(1, 8).Select(n =>
            $$"""{"messages":[{"role":"user","content":"{{n}} + 1 ="},{"role":"assistant","content":"{{n + 1}}"}]}""" + "\n"));
        string file = await server.Upload(records);

        var (_, job) = await server.Post("/v1/fine_tuning/jobs", $"{{\"model\":\"arithmetic\",\"training_file\":\"{file}\",\"hyperparameters\":{{\"batch_size\":4}}}}");
        string path = $"/v1/fine_tuning/jobs/{job["id"]}";
        string events = await server.Client.GetStringAsync($"{path}/events?stream=true");
        var (_, ended) = await server.Get(path);

        Assert.True(ended["status"]!.GetValue<string>() == "succeeded", events);
        Assert.Contains("\"train_loss\":", events);
        var (status, _) = await server.Post(
            "/v1/chat/completions",
            $"{{\"model\":\"{ended["fine_tuned_model"]}\",\"messages\":[{{\"role\":\"user\",\"content\":\"1 + 1 =\"}}],\"max_tokens\":4}}");
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task Tokens_and_schemas_bind_what_the_true_engine_writes()
    {
        await using var server = await Start();

        var (status, json) = await server.Post("/v1/completions", """{"model":"arithmetic","prompt":[5,6,7],"max_tokens":2,"seed":1}""");
        var (_, told) = await server.Post("/v1/completions", """{"model":"arithmetic","prompt":[5,999999],"max_tokens":2}""");
        var (_, bound) = await server.Post("/v1/chat/completions", """
            {"model":"arithmetic","messages":[{"role":"user","content":"1 + 1 ="}],"seed":1,"max_tokens":64,
             "tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object","properties":{"sum":{"enum":[1,2,3]}},"required":["sum"],"additionalProperties":false}}}],
             "tool_choice":"required"}
            """);

        Assert.True(status == 200, json.ToJsonString());
        Assert.Equal(3, json["usage"]!["prompt_tokens"]!.GetValue<int>());
        Assert.Contains("999999", told["error"]!["message"]!.GetValue<string>());
        var function = bound["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!;
        Assert.Equal("add", function["name"]!.GetValue<string>());
        Assert.InRange(JsonNode.Parse(function["arguments"]!.GetValue<string>())!["sum"]!.GetValue<int>(), 1, 3);
    }

    static Task<TestServer> Start() => TestServer.Start(
        settings => settings with { ModelFolders = [Path.Combine(QueueServer.Repository, "models")] },
        services => services.AddSingleton<IEngine>(_ => new LocalEngine(new EngineSettings())));
}
