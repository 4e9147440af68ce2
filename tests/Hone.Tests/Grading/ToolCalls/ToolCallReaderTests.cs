using System.Text.Json;
using Hone.Grading.ToolCalls;

namespace Hone.Tests.Grading.ToolCalls;

public class ToolCallReaderTests
{
    public static TheoryData<string, string> Forms => new()
    {
        { "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>", """f{"a":1}""" },
        { "I will look.\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"g\",\"arguments\":{\"x\":\"</b>\"}}</tool_call><|im_end|>", """f{} g{"x":"</b>"}""" },
        { "<think>maybe <tool_call>?</think><tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}</tool_call>", """f{"a":1}""" },
        { "{\"name\": \"f\", \"parameters\": {\"a\": \"1\"}}<|eom_id|>", """f{"a":"1"}""" },
        { "<|python_tag|>{\"name\":\"f\",\"parameters\":{\"a\":[1]}}", """f{"a":[1]}""" },
        { "<|python_tag|>{\"name\":\"f\",\"parameters\":{\"a\":\";\"}}; {\"name\":\"g\",\"parameters\":{}}", """f{"a":";"} g{}""" },
        { "{\"name\":\"f\",\"parameters\":{}};{\"name\":\"f\",\"parameters\":{\"a\":2}}", """f{} f{"a":2}""" },
        { "<|python_tag|>brave_search.call(query=\"the \\\"tower\\\" (tall)\")", """brave_search{"query":"the \u0022tower\u0022 (tall)"}""" },
        { "<function=f>{\"a\":1}</function><|eom_id|>", """f{"a":1}""" },
        { "[TOOL_CALLS][{\"name\":\"f\",\"arguments\":{\"a\":1}},{\"name\":\"g\",\"arguments\":{}}]</s>", """f{"a":1} g{}""" },
        { "[TOOL_CALLS] [{\"name\":\"f\",\"arguments\":{}, \"id\":\"abc\"}]", "f{}" },
        { "[TOOL_CALLS]f[ARGS]{\"a\":1}[TOOL_CALLS]g[ARGS]{}", """f{"a":1} g{}""" },
        { "[TOOL_CALLS]f{\"a\":1}", """f{"a":1}""" },
        { """{"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]}""", """f{"a":1}""" },
        { """[{"type":"function","function":{"name":"f","arguments":"{}"}},{"name":"g","arguments":{}}]""", "f{} g{}" },
        { "```json\n{\"name\":\"f\",\"arguments\":{}}\n```", "f{}" },
        { """{"name":"f","arguments":""}""", "f{}" },
        { "There is nothing to call.", "" },
        { "", "" },
        { """{"answer":42}""", "" },
        { """{"name":"Ann","age":3}""", "" },
    };

    [Theory, MemberData(nameof(Forms))]
    public void Calls_are_read_in_every_published_form(string completion, string calls)
    {
        var read = ToolCallReader.Read(completion, ToolCallFormat.Any, out string problem);

        Assert.Equal("", problem);
        Assert.Equal(calls, string.Join(' ', read!.Select(call => call.Name + JsonSerializer.Serialize(call.Arguments))).Replace("\\u003C", "<").Replace("\\u003E", ">"));
    }

    [Theory]
    [InlineData("<tool_call>{\"name\":\"f\",\"arguments\":{}}", "A <tool_call> is not closed.")]
    [InlineData("<tool_call>f(1)</tool_call>", "The tool call f(1) is not JSON (line 1, byte 2).")]
    [InlineData("<tool_call>{\"arguments\":{}}</tool_call>", "The tool call {\"arguments\":{}} has no name or no arguments.")]
    [InlineData("<tool_call>{\"name\":\"f\"}</tool_call>", "The tool call {\"name\":\"f\"} has no name or no arguments.")]
    [InlineData("<tool_call>{\"name\":\"f\",\"name\":\"g\",\"arguments\":{}}</tool_call>", "The tool call {\"name\":\"f\",\"name\":\"g\",\"arguments\":{}} names a key twice in one object.")]
    [InlineData("[TOOL_CALLS][{\"name\":\"f\"", "[{\"name\":\"f\" is not a list of tool calls.")]
    [InlineData("[TOOL_CALLS]f", "f behind [TOOL_CALLS] is not a name with JSON arguments.")]
    [InlineData("<function=f>{a}</function>", "What <function=f> is given is not JSON (line 1, byte 2).")]
    [InlineData("{\"tool_calls\":[{\"x\":1}]}", "{\"tool_calls\":[{\"x\":1}]} is not a list of tool calls.")]
    public void A_call_that_shows_its_mark_and_cannot_be_read_spoils_the_answer(string completion, string problem)
    {
        Assert.Null(ToolCallReader.Read(completion, ToolCallFormat.Any, out string told));
        Assert.Equal(problem, told);
    }

    [Fact]
    public void A_format_that_is_asked_for_reads_no_other()
    {
        Assert.Empty(ToolCallReader.Read("<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", ToolCallFormat.Mistral, out _)!);
        Assert.Empty(ToolCallReader.Read("[TOOL_CALLS][{\"name\":\"f\",\"arguments\":{}}]", ToolCallFormat.Hermes, out _)!);
    }

    [Fact]
    public void Walls_of_marks_take_no_time()
    {
        Assert.Null(ToolCallReader.Read(string.Concat(Enumerable.Repeat("<tool_call>", 20_000)), ToolCallFormat.Any, out _));
        Assert.Null(ToolCallReader.Read(string.Concat(Enumerable.Repeat("[TOOL_CALLS]", 20_000)), ToolCallFormat.Any, out _));
        Assert.NotNull(ToolCallReader.Read(new string('{', 100_000) + ";", ToolCallFormat.Any, out _));
        Assert.Null(ToolCallReader.Read(string.Concat(Enumerable.Repeat("<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", 65)), ToolCallFormat.Any, out _));
    }
}
