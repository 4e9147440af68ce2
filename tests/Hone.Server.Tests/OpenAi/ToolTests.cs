using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Chat;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class ToolTests
{
    const string Path = "/v1/chat/completions";
    const string Tools = """
        "tools":[{"type":"function","function":{"name":"weather","description":"d","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}},
        {"type":"function","function":{"name":"time"}}]
        """;

    public static TheoryData<string, string?, string> Answers => new()
    {
        { """<tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""", null, """{"city": "Rome"}""" },
        { """I look. <tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""", "I look.", """{"city": "Rome"}""" },
        { """{"name": "weather", "parameters": {"city": "Rome"}}""", null, """{"city": "Rome"}""" },
        { """[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Rome"}}]""", null, """{"city": "Rome"}""" },
        { """<think> maybe {"name": "time", "arguments": {}} </think><function=weather>{"city": "Rome"}</function>""", """<think> maybe {"name": "time", "arguments": {}} </think>""", """{"city": "Rome"}""" },
    };

    [Theory, MemberData(nameof(Answers))]
    public async Task Calls_of_every_family_are_read_out_of_the_text(string answer, string? content, string arguments)
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => answer;

        var (_, json) = await server.Post(Path, Body(Tools));
        var streamed = await Streamed(server, Body(Tools + ",\"stream\":true"));

        var choice = json["choices"]![0]!;
        Assert.Equal("tool_calls", choice["finish_reason"]!.GetValue<string>());
        Assert.Equal(content, choice["message"]!["content"]?.GetValue<string>());
        var function = Assert.Single(choice["message"]!["tool_calls"]!.AsArray())!["function"]!;
        Assert.Equal(("weather", arguments), (function["name"]!.GetValue<string>(), function["arguments"]!.GetValue<string>()));
        Assert.Equal((content ?? "", arguments, "tool_calls"), (streamed.Content.Trim(), streamed.Arguments, streamed.Finish));
    }

    [Theory]
    [InlineData("a < b and [1, 2] and `code` <tool")]
    [InlineData("""{"city": "Rome"}""")]
    [InlineData("""{"name": "delete_all", "arguments": {}}""")]
    [InlineData("""<tool_call>{"name": "weather" broken""")]
    [InlineData("```json\n{\"a\": 1}\n```")]
    public async Task What_is_no_call_is_an_answer_to_the_letter(string answer)
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => answer;

        var (_, json) = await server.Post(Path, Body(Tools));
        var streamed = await Streamed(server, Body(Tools + ",\"stream\":true"));

        Assert.Equal(answer, json["choices"]![0]!["message"]!["content"]!.GetValue<string>());
        Assert.Null(json["choices"]![0]!["message"]!["tool_calls"]);
        Assert.Equal((answer, "stop"), (streamed.Content, streamed.Finish));
    }

    [Fact]
    public async Task The_template_gets_the_functions_and_none_when_none_may_be_called()
    {
        await using var server = await OpenAiServer.Start();

        await server.Post(Path, Body(Tools));
        await server.Post(Path, Body(Tools + ",\"tool_choice\":\"none\""));
        await server.Post(Path, Body(Tools + ""","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"time"}}]}}"""));

        var asked = server.Engine.Requests;
        Assert.Equal(2, asked[0].Tools!.Count);
        Assert.Equal("d", asked[0].Tools![0]!["function"]!["description"]!.GetValue<string>());
        Assert.Null(asked[1].Tools);
        Assert.Equal("time", Assert.Single(asked[2].Tools!)!["function"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_certain_function_is_demanded_by_its_parameters()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => """{"city": "Oslo"}""";

        var (_, json) = await server.Post(Path, Body(Tools + ""","tool_choice":{"type":"function","function":{"name":"weather"}}"""));

        Assert.Equal("""{"type":"object","properties":{"city":{"type":"string"}}}""", server.Engine.Requests[0].Schema!.ToJsonString());
        var function = json["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!;
        Assert.Equal(("weather", """{"city": "Oslo"}"""), (function["name"]!.GetValue<string>(), function["arguments"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Any_function_is_demanded_by_a_schema_of_calls()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => """{"name": "time", "arguments": {}}""";

        var (_, json) = await server.Post(Path, Body(Tools + ",\"tool_choice\":\"required\""));

        Assert.Equal(2, server.Engine.Requests[0].Schema!["anyOf"]!.AsArray().Count);
        Assert.Equal("time", json["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void References_of_a_schema_follow_it_to_its_new_place()
    {
        var parameters = JsonNode.Parse("""{"$defs":{"a":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/a"},"self":{"$ref":"#"}}}""")!;

        var schema = CallSchema.Of([("f", new JsonObject()), ("g", parameters)]);

        var moved = schema["anyOf"]![1]!["properties"]!["arguments"]!["properties"]!;
        Assert.Equal("#/anyOf/1/properties/arguments/$defs/a", moved["x"]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/anyOf/1/properties/arguments", moved["self"]!["$ref"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_parallel_calls_the_first_one_counts()
    {
        await using var server = await OpenAiServer.Start();
        server.Engine.Answer = _ => """<tool_call>{"name": "time", "arguments": {}}</tool_call><tool_call>{"name": "weather", "arguments": {}}</tool_call>""";

        var (_, both) = await server.Post(Path, Body(Tools));
        var (_, one) = await server.Post(Path, Body(Tools + ",\"parallel_tool_calls\":false"));

        Assert.Equal(2, both["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Count);
        Assert.Single(one["choices"]![0]!["message"]!["tool_calls"]!.AsArray());
    }

    static string Body(string more) => $"{{\"model\":\"small\",\"messages\":[{{\"role\":\"user\",\"content\":\"?\"}}],{more}}}";

    static async Task<(string Content, string Arguments, string Finish)> Streamed(TestServer server, string body)
    {
        var choices = (await server.Events(Path, body)).SkipLast(1).Select(line => JsonNode.Parse(line)!["choices"]![0]!).ToList();
        return (
            string.Concat(choices.Select(choice => choice["delta"]!["content"]?.GetValue<string>())),
            string.Concat(choices.Select(choice => choice["delta"]!["tool_calls"]?[0]!["function"]!["arguments"]!.GetValue<string>())),
            choices[^1]["finish_reason"]!.GetValue<string>());
    }
}
