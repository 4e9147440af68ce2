using System.Text.Json;
using Hone.Grading;
using Hone.Grading.OpenAi;

namespace Hone.Tests.Grading.OpenAi;

public class ItemTemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("{{item.reference_answer}}", "Ulm")]
    [InlineData("a {{ item.reference_answer }}{{item.n}} b", "a Ulm1.50 b")]
    [InlineData("{{item.nested.list[1].x}}", "deep")]
    [InlineData("{{item[\"a key\"]}} {{ item['a key'] }}", "spaced spaced")]
    [InlineData("{{item.nested[\"list\"][0]}}", "{\"x\": 1}")]
    [InlineData("{{item.flag}} {{item.nothing}}", "true null")]
    [InlineData("{{item.messages[0].content}}", "Q")]
    [InlineData("{{sample.output_text}}", """{"city":"Ulm","tags":["a"]}""")]
    [InlineData("{{sample.output_json.city}} {{sample.output_json.tags}}", """Ulm ["a"]""")]
    [InlineData("{{sample.choices[0].message.content}}", """{"city":"Ulm","tags":["a"]}""")]
    [InlineData("{{sample.choices[0].finish_reason}}", "stop")]
    [InlineData("{\"a\":{\"b\":\"{{item.reference_answer}}\"}}", "{\"a\":{\"b\":\"Ulm\"}}")]
    [InlineData("{{item.trick}}", "{{item.n}}")]
    public void Names_give_their_values(string template, string text)
    {
        string? rendered = ItemTemplate.Read(template, out _)!.Render(new(Record("""{"city":"Ulm","tags":["a"]}""")), out var error);

        Assert.Null(error);
        Assert.Equal(text, rendered);
    }

    [Fact]
    public void Tool_calls_are_there_as_chat_completions_hold_them()
    {
        var values = new GraderValues(Record("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"é\"}}</tool_call>"));

        Assert.Equal("f {\"a\": \"é\"} function", ItemTemplate.Read(
            "{{sample.output_tools[0].function.name}} {{sample.output_tools[0].function.arguments}} {{sample.choices[0].message.tool_calls[0].type}}",
            out _)!.Render(values, out _));
    }

    [Theory]
    [InlineData("{{item.missing}}", "{}", "invalid_variable_error", false, "the record has no item.missing.")]
    [InlineData("{{item.reference_answer.city}}", "{}", "invalid_variable_error", false, "the record has no item.reference_answer.city.")]
    [InlineData("{{item.nested.list[9]}}", "{}", "invalid_variable_error", false, "the record has no item.nested.list[9].")]
    [InlineData("{{sample.output_json.city}}", "{}", "invalid_variable_error", true, "the answer has no sample.output_json.city.")]
    [InlineData("{{sample.output_json.city}}", "Ulm", "sample_parse_error", true, "there is no sample.output_json.city: the answer is not JSON (line 1, byte 1).")]
    [InlineData("{{sample.output_json}}", "", "sample_parse_error", true, "there is no sample.output_json: the answer is empty.")]
    [InlineData("{{sample.output_tools[0].function.name}}", "Ulm", "invalid_variable_error", true, "the answer has no sample.output_tools[0].function.name.")]
    [InlineData("{{sample.output_tools[0].function.name}}", "<tool_call>", "sample_parse_error", true, "there is no sample.output_tools[0].function.name: a <tool_call> is not closed.")]
    public void What_is_not_there_is_an_error_of_the_record_or_of_the_answer(string template, string completion, string name, bool isOfCompletion, string sentence)
    {
        Assert.Null(ItemTemplate.Read(template, out _)!.Render(new(Record(completion)), out var error));
        Assert.Equal((name, isOfCompletion, sentence), (error!.Name, error.IsOfCompletion, error.Sentence));
    }

    [Theory]
    [InlineData("{{", "has {{ at character 1 without }} behind it")]
    [InlineData("a {{item.x", "has {{ at character 3 without }} behind it")]
    [InlineData("{{}}", "has {{}} at character 1, which is not a name such as item.reference_answer or sample.output_tools[0].function.name")]
    [InlineData("{{answer}}", "has {{answer}} at character 1, which begins with answer, but needs to begin with item or sample")]
    [InlineData("{{sample.text}}", "has {{sample.text}} at character 1, which asks for text, but a sample has output_text, output_json, output_tools, choices")]
    [InlineData("{{item.x | lower}}", "has {{item.x | lower}} at character 1, which is not a name such as item.reference_answer or sample.output_tools[0].function.name")]
    [InlineData("{{item..x}}", "has {{item..x}} at character 1, which is not a name such as item.reference_answer or sample.output_tools[0].function.name")]
    [InlineData("{{item[-1]}}", "has {{item[-1]}} at character 1, which is not a name such as item.reference_answer or sample.output_tools[0].function.name")]
    [InlineData("{{item[\"x]}}", "has {{item[\"x]}} at character 1, which is not a name such as item.reference_answer or sample.output_tools[0].function.name")]
    public void A_name_that_cannot_be_read_is_told_with_its_place(string template, string problem)
    {
        Assert.Null(ItemTemplate.Read(template, out string told));
        Assert.Equal(problem, told);
    }

    internal static GradingItem Record(string completion) => Items.Of(completion, "Ulm") with
    {
        Metadata = JsonElement.Parse(
            """
            {"reference_answer":"Ulm","n":1.50,"a key":"spaced","flag":true,"nothing":null,"empty":"","trick":"{{item.n}}",
             "nested":{"list":[{"x": 1},{"x":"deep"}]}}
            """).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
    };
}
