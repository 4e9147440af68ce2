using System.Text.Json.Nodes;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class CompletionsTests
{
    const string Path = "/v1/completions";

    [Fact]
    public async Task Several_prompts_are_answered_in_order()
    {
        await using var server = await OpenAiServer.Start();

        var (status, json) = await server.Post(Path, """{"model":"small","prompt":["a b","c"],"n":2,"echo":true}""");

        Assert.Equal(200, status);
        Assert.Equal(["a ba b", "a ba b", "cc", "cc"], json["choices"]!.AsArray().Select(choice => choice!["text"]!.GetValue<string>()));
        Assert.Equal([0, 1, 2, 3], json["choices"]!.AsArray().Select(choice => choice!["index"]!.GetValue<int>()));
        Assert.Equal(3, json["usage"]!["prompt_tokens"]!.GetValue<int>());
        Assert.All(server.Engine.Requests, asked => Assert.Equal(16, asked.MaxTokens));
    }

    [Theory]
    [InlineData("[5,6]", 1)]
    [InlineData("[[5,6],[7]]", 2)]
    public async Task Tokens_are_prompts_too(string prompt, int prompts)
    {
        await using var server = await OpenAiServer.Start();

        await server.Post(Path, $"{{\"model\":\"small\",\"prompt\":{prompt}}}");

        Assert.Equal(prompts, server.Engine.Requests.Count);
        Assert.Contains(server.Engine.Requests, asked => asked.Tokens is [5, 6] && asked.Text is null);
    }

    [Fact]
    public async Task Log_probabilities_have_the_old_form()
    {
        await using var server = await OpenAiServer.Start();

        var (_, json) = await server.Post(Path, """{"model":"small","prompt":"ab c","logprobs":1}""");

        var told = json["choices"]![0]!["logprobs"]!;
        Assert.Equal("""["ab"," c"]""", told["tokens"]!.ToJsonString());
        Assert.Equal("[-0.5,-0.5]", told["token_logprobs"]!.ToJsonString());
        Assert.Equal("[0,2]", told["text_offset"]!.ToJsonString());
        Assert.Equal("""[{"ab":-0.5},{" c":-0.5}]""", told["top_logprobs"]!.ToJsonString());
    }

    [Fact]
    public async Task A_stream_goes_through_the_prompts()
    {
        await using var server = await OpenAiServer.Start();

        var events = await server.Events(Path, """{"model":"small","prompt":["a b","c"],"stream":true,"stream_options":{"include_usage":true}}""");

        var chunks = events.SkipLast(1).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("[DONE]", events[^1]);
        Assert.Equal("a bc", string.Concat(chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!["text"]!.GetValue<string>())));
        Assert.Equal(3, chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>());
    }
}
