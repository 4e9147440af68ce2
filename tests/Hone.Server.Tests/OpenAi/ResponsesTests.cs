using System.Text.Json.Nodes;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class ResponsesTests
{
    const string Path = "/v1/responses";

    [Fact]
    public async Task An_answer_has_OpenAIs_shape()
    {
        await using var server = await OpenAiServer.Start();

        var (status, json) = await server.Post(Path, """{"model":"small","instructions":"be brief","input":"one two","metadata":{"a":"b"},"temperature":0.5}""");

        Assert.Equal(200, status);
        Assert.Equal(("response", "completed", "be brief", 0.5), (
            json["object"]!.GetValue<string>(), json["status"]!.GetValue<string>(), json["instructions"]!.GetValue<string>(),
            json["temperature"]!.GetValue<double>()));
        var item = Assert.Single(json["output"]!.AsArray())!;
        Assert.Equal(("message", "one two"), (item["type"]!.GetValue<string>(), item["content"]![0]!["text"]!.GetValue<string>()));
        Assert.Equal(4, json["usage"]!["input_tokens"]!.GetValue<int>());
        Assert.Equal(["system", "user"], server.Engine.Requests[0].Messages!.Select(message => message.Role));
    }

    [Fact]
    public async Task Items_become_messages_and_calls_join_the_message_before_them()
    {
        await using var server = await OpenAiServer.Start();
        await server.Post(Path, """
            {"model":"small","input":[
              {"role":"user","content":[{"type":"input_text","text":"?"}]},
              {"type":"function_call","call_id":"c1","name":"f","arguments":"{}","id":"fc_1","status":"completed"},
              {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
              {"type":"function_call_output","call_id":"c1","output":"1"},
              {"type":"function_call_output","call_id":"c2","output":"2"},
              {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"done","annotations":[]}]},
              {"role":"user","content":"thanks"}]}
            """);

        var messages = server.Engine.Requests[0].Messages!;

        Assert.Equal(["user", "assistant", "tool", "tool", "assistant", "user"], messages.Select(message => message.Role));
        Assert.Equal(2, messages[1].Json!.Value.GetProperty("tool_calls").GetArrayLength());
    }

    [Fact]
    public async Task A_stream_has_every_event_in_order()
    {
        await using var server = await OpenAiServer.Start();

        var events = (await server.Events(Path, """{"model":"small","input":"one two","stream":true,"max_output_tokens":1}""")).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.incomplete",
            ],
            events.Select(one => one["type"]!.GetValue<string>()));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one["sequence_number"]!.GetValue<int>()));
        var last = events[^1]["response"]!;
        Assert.Equal("one", last["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("max_output_tokens", last["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal(1, last["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_call_is_an_item_of_its_own_whole_and_streamed()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => """<tool_call>{"name": "f", "arguments": {"x": 1}}</tool_call>""";
        const string Body = """{"model":"small","input":"?","tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}]""";

        var (_, json) = await server.Post(Path, Body + "}");
        var events = (await server.Events(Path, Body + ",\"stream\":true}")).Select(line => JsonNode.Parse(line)!).ToList();

        var call = Assert.Single(json["output"]!.AsArray())!;
        Assert.Equal(("function_call", "f", """{"x": 1}"""), (
            call["type"]!.GetValue<string>(), call["name"]!.GetValue<string>(), call["arguments"]!.GetValue<string>()));
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.completed",
            ],
            events.Select(one => one["type"]!.GetValue<string>()));
        Assert.Equal("function_call", events[^1]["response"]!["output"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("f", server.Engine.Requests[0].Tools![0]!["function"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Text_format_and_log_probabilities_reach_the_engine()
    {
        await using var server = await OpenAiServer.Start();

        var (_, json) = await server.Post(Path, """
            {"model":"small","input":"a","include":["message.output_text.logprobs"],"top_logprobs":2,"reasoning":{"effort":"low","summary":"auto"},
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}}}
            """);

        var asked = server.Engine.Requests[0];
        Assert.Equal("""{"type":"object"}""", asked.Schema!.ToJsonString());
        Assert.Equal(2, asked.TopLogProbabilities);
        Assert.Equal("low", asked.TemplateArguments!["reasoning_effort"]!.GetValue<string>());
        Assert.Equal(2, json["output"]![0]!["content"]![0]!["logprobs"]![0]!["top_logprobs"]!.AsArray().Count);
    }
}
