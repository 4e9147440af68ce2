using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class ChatTests
{
    const string Path = "/v1/chat/completions";

    [Fact]
    public async Task An_answer_has_OpenAIs_shape()
    {
        await using var server = await OpenAiServer.Start();

        var (status, json) = await server.Post(Path, Body("one two three", "\"n\":2,\"logprobs\":true,\"top_logprobs\":1"));

        Assert.Equal(200, status);
        Assert.Equal(["id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint"], json.Select(member => member.Key));
        Assert.Equal(2, json["choices"]!.AsArray().Count);
        var choice = json["choices"]![1]!;
        Assert.Equal(("one two three", "stop", 1), (Content(choice), choice["finish_reason"]!.GetValue<string>(), choice["index"]!.GetValue<int>()));
        var token = choice["logprobs"]!["content"]![1]!;
        Assert.Equal((" two", -0.5f), (token["token"]!.GetValue<string>(), token["logprob"]!.GetValue<float>()));
        Assert.Equal(" two"u8.ToArray().Select(value => (int)value), token["bytes"]!.AsArray().Select(value => value!.GetValue<int>()));
        Assert.Single(token["top_logprobs"]!.AsArray());
        Assert.Equal(9, json["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Everything_that_was_asked_for_reaches_the_engine()
    {
        await using var server = await OpenAiServer.Start();
        await server.Post(Path, """
            {"model":"small","messages":[
              {"role":"developer","content":"be brief"},
              {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"name":"bob"},
              {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"7"}],
             "temperature":0.5,"top_p":0.9,"top_k":4,"min_p":0.1,"repetition_penalty":1.2,"presence_penalty":1,"frequency_penalty":-1,"logit_bias":{"3":-100},
             "stop":["x","y"],"seed":-1,"max_completion_tokens":9,"n":3,"reasoning_effort":"high","chat_template_kwargs":{"enable_thinking":false},
             "user":"u","store":true,"metadata":{"a":"b"},"service_tier":"auto","parallel_tool_calls":true,"logprobs":true}
            """);

        var asked = Assert.Single(server.Engine.Requests);

        Assert.Equal("/models/small", asked.Model);
        Assert.Equal(["system", "user", "assistant", "tool"], asked.Messages!.Select(message => message.Role));
        Assert.Equal("ab", asked.Messages![1].Content);
        Assert.Equal("""{"name":"f","arguments":{"x":1}}""", asked.Messages[2].Json!.Value.GetProperty("tool_calls")[0].GetProperty("function").GetRawText());
        Assert.Equal((0.5f, 0.9f, 4, 0.1f, 1.2f), (
            asked.Sampling.Temperature, asked.Sampling.TopP, asked.Sampling.TopK, asked.Sampling.MinP, asked.Sampling.RepetitionPenalty));
        Assert.Equal((1f, -1f, -100f), (asked.PresencePenalty, asked.FrequencyPenalty, asked.LogitBias[3]));
        Assert.Equal(["x", "y"], asked.Stop);
        Assert.Equal((ulong.MaxValue, 9, 3, 0), (asked.Seed, asked.MaxTokens, asked.Count, asked.TopLogProbabilities));
        Assert.Equal("""{"enable_thinking":false,"reasoning_effort":"high"}""", asked.TemplateArguments!.ToJsonString());
    }

    [Fact]
    public async Task A_temperature_too_small_to_divide_by_takes_the_likeliest_token()
    {
        await using var server = await OpenAiServer.Start();

        await server.Post(Path, Body("a", "\"temperature\":1e-9,\"top_p\":0"));

        Assert.Equal(0, server.Engine.Requests[0].Sampling.Temperature);
        Assert.Empty(server.Engine.Requests[0].Sampling.Problems());
    }

    [Fact]
    public async Task A_stream_is_the_answer_piece_by_piece()
    {
        await using var server = await OpenAiServer.Start();

        var events = await server.Events(Path, Body("one two three", "\"stream\":true,\"n\":2,\"stream_options\":{\"include_usage\":true},\"max_tokens\":2"));

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Single(chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct());
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk["object"]!.GetValue<string>()));
        Assert.Equal(4, chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        foreach (int index in new[] { 0, 1 })
        {
            var own = chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Where(choice => choice!["index"]!.GetValue<int>() == index).ToList();
            Assert.Equal("assistant", own[0]!["delta"]!["role"]!.GetValue<string>());
            Assert.Equal("one two", string.Concat(own.Select(choice => choice!["delta"]!["content"]?.GetValue<string>())));
            Assert.Equal("length", own[^1]!["finish_reason"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_stream_that_cannot_begin_keeps_its_status_code()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => throw new EngineBusyException(TimeSpan.FromSeconds(3));

        using var response = await server.Client.PostAsync(Path, new StringContent(Body("a", "\"stream\":true"), null, "application/json"));

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
        Assert.Contains("rate_limit", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_model_is_404_in_a_stream_too()
    {
        await using var server = await OpenAiServer.Start();

        var (status, json) = await server.Post(Path, """{"model":"none","stream":true,"messages":[{"role":"user","content":"a"}]}""");

        Assert.Equal(404, status);
        Assert.Equal("model_not_found", json["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whoever_leaves_ends_what_was_asked()
    {
        await using var server = await OpenAiServer.Start();
        var ended = new TaskCompletionSource();
        server.Engine.BetweenPieces = TimeSpan.FromMilliseconds(20);
        server.Engine.Ended = () => ended.TrySetResult();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(Body(string.Join(' ', Enumerable.Repeat("word", 10_000)), "\"stream\":true"), null, "application/json"),
        };

        using (var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[10]);
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""", "true")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}""", """{"type":"object"}""")]
    [InlineData("""{"type":"text"}""", null)]
    public async Task A_response_format_binds_what_is_drawn(string format, string? schema)
    {
        await using var server = await OpenAiServer.Start();

        await server.Post(Path, Body("{}", $"\"response_format\":{format}"));

        Assert.Equal(schema, server.Engine.Requests[0].Schema?.ToJsonString());
    }

    static string Body(string text, string more) =>
        $"{{\"model\":\"small\",\"messages\":[{{\"role\":\"user\",\"content\":{System.Text.Json.JsonSerializer.Serialize(text)}}}],{more}}}";

    static string Content(JsonNode choice) => choice["message"]!["content"]!.GetValue<string>();

    [Theory]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}],\"logprobs\":true,\"top_logprobs\":1")]
    [InlineData("responses", "\"input\":\"one two three\",\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":1")]
    public async Task Log_probabilities_are_those_of_the_text_without_the_token_that_ends_it(string route, string question)
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.TellsEndTokens = true;

        var (_, json) = await server.Post($"/v1/{route}", $"{{\"model\":\"small\",{question}}}");
        var streamed = (await server.Events($"/v1/{route}", $"{{\"model\":\"small\",\"stream\":true,{question}}}"))
            .Where(data => data[0] == '{' && data.Contains("delta", StringComparison.Ordinal)).Select(data => JsonNode.Parse(data)!);

        var told = json["choices"]?[0]!["logprobs"]!["content"] ?? json["output"]![0]!["content"]![0]!["logprobs"];
        var pieces = streamed.SelectMany(piece => (piece["choices"]?[0]!["logprobs"]?["content"] ?? piece["logprobs"])?.AsArray().ToList() ?? []);
        Assert.Equal(["one", " two", " three"], told!.AsArray().Select(token => (string)token!["token"]!));
        Assert.Equal(["one", " two", " three"], pieces.Select(token => (string)token!["token"]!));
    }
}
