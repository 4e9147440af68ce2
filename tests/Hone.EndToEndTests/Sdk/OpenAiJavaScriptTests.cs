using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.EndToEndTests.Sdk;

/// <summary>OpenAI's client for JavaScript against the program, unchanged but for address and key.</summary>
public sealed class OpenAiJavaScriptTests
{
    [NodeFact]
    public async Task A_whole_story()
    {
        using var server = new StoryServer();

        Check(JsonNode.Parse(await NodeScript.Run("openai", "story.mjs", Environment(server), StoryServer.Model))!.AsObject());
    }

    [NodeFact]
    public async Task Every_method_answers_with_the_type_that_the_client_declares()
    {
        using var server = new StoryServer();

        await NodeScript.Run("openai", "methods.mjs", Environment(server), StoryServer.Model);
    }

    /// <summary>What a user of the client sets, and nothing else.</summary>
    static Dictionary<string, string> Environment(StoryServer server) => new()
    {
        ["OPENAI_BASE_URL"] = $"{server.Address}/v1",
        ["OPENAI_API_KEY"] = server.Bearer,
    };

    static void Check(JsonObject seen)
    {
        Assert.Equal("succeeded", Text(seen["job"]!["status"]));
        Assert.Equal("processed", Text(seen["file"]!["status"]));
        Assert.True(seen["content"]!.GetValue<bool>());
        Assert.Equal(1, seen["trial"]!["reward"]!.GetValue<double>());
        Assert.Equal("string_check", Text(seen["valid"]));
        Assert.Equal(0.5, seen["created"]!["method"]!["reinforcement"]!["hyperparameters"]!["compute_multiplier"]!.GetValue<double>());
        Assert.Equal([Text(seen["job"]!["id"])], seen["listed"]!.AsArray().Select(Text));
        Assert.Contains(seen["events"]!.AsArray(), happened => Text(happened!["type"]) == "metrics" && happened["data"]!["critic_rewards_mean"] is not null);
        Assert.NotEmpty(seen["checkpoints"]!.AsArray());
        Assert.Equal("chat.completion", Text(seen["fromCheckpoint"]));
        string answer = Text(seen["chat"]!["choices"]![0]!["message"]!["content"]);
        Assert.NotEmpty(seen["chat"]!["choices"]![0]!["logprobs"]!["content"]!.AsArray());
        Assert.Equal(answer, Text(seen["streamed"]));
        Assert.True(seen["usage"]!["completion_tokens"]!.GetValue<int>() > 0);
        Assert.Equal(answer, Text(seen["response"]));
        Assert.Equal("response.created", Text(seen["responseEvents"]![0]));
        Assert.Contains(seen["responseEvents"]!.AsArray().Select(Text), type => type is "response.completed" or "response.incomplete");
        Assert.Contains(Text(seen["job"]!["fine_tuned_model"]), seen["models"]!.AsArray().Select(Text));
        Assert.StartsWith("org-", Text(seen["retrieved"]));
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""{"status":400,"code":"unknown_parameter","param":"no_such_key","kind":"BadRequestError","id":true}"""),
            JsonSerializer.SerializeToElement(seen["refused"])));
        Assert.True(seen["modelDeleted"]!.GetValue<bool>() && seen["fileDeleted"]!.GetValue<bool>());
    }

    static string Text(JsonNode? node) => node!.GetValue<string>();
}
