using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Lambda;

namespace Hone.Tests.Grading.Lambda;

public class LambdaEventTests
{
    [Fact]
    public void An_event_is_a_list_of_objects_as_the_service_sends_them()
    {
        string json = LambdaEvent.Of([Item("""{"reference_answer":{"solution":"x = 4"},"domain":"algebra","steps":3}""")]);

        AssertJson(
            """
            [{"id":"a","messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"x = 4"}],
              "reference_answer":{"solution":"x = 4"},"domain":"algebra","steps":3,
              "metadata":{"reference_answer":{"solution":"x = 4"},"domain":"algebra","steps":3}}]
            """, json);
    }

    [Theory]
    [InlineData("""{"reference_answer":"72"}""", ReferenceShape.AsWritten, "\"72\"")]
    [InlineData("""{"reference_answer":"72"}""", ReferenceShape.Object, """{"text":"72"}""")]
    [InlineData("""{"reference_answer":72}""", ReferenceShape.Object, "72")]
    [InlineData("""{"reference_answer":{"a":1}}""", ReferenceShape.Object, """{"a":1}""")]
    [InlineData("""{"reference_answer":null}""", ReferenceShape.AsWritten, "\"text\"")]
    [InlineData("{}", ReferenceShape.AsWritten, "\"text\"")]
    [InlineData("{}", ReferenceShape.Object, """{"text":"text"}""")]
    public void A_reference_arrives_in_both_places_and_in_the_wanted_shape(string record, ReferenceShape shape, string expected)
    {
        var one = JsonNode.Parse(LambdaEvent.Of([Item(record) with { Reference = "text" }], shape))![0]!;

        AssertJson(expected, one["reference_answer"]!.ToJsonString());
        AssertJson(expected, one["metadata"]!["reference_answer"]!.ToJsonString());
    }

    [Fact]
    public void A_record_without_a_reference_has_none()
    {
        var one = JsonNode.Parse(LambdaEvent.Of([Item("{}")]))![0]!.AsObject();

        Assert.False(one.ContainsKey("reference_answer"));
        Assert.Empty(one["metadata"]!.AsObject());
    }

    [Fact]
    public void Metadata_of_the_record_is_merged_and_its_other_keys_win()
    {
        var one = JsonNode.Parse(LambdaEvent.Of([Item("""{"level":1,"metadata":{"level":2,"topic":"sets"}}""")]))![0]!;

        AssertJson("""{"level":1,"metadata":{"level":2,"topic":"sets"},"topic":"sets"}""", one["metadata"]!.ToJsonString());
    }

    [Fact]
    public void A_turn_that_holds_more_than_text_is_sent_as_it_was_written()
    {
        var written = JsonElement.Parse("""{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}""");
        var item = Item("{}") with { Prompt = [new("assistant", "") { Written = written }] };

        AssertJson(written.GetRawText(), JsonNode.Parse(LambdaEvent.Of([item]))![0]!["messages"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\u001b[31m\u2028 \u202e")]
    [InlineData("😀 𝟒𝟐 ４２")]
    [InlineData("\"}],\"id\":\"b\"")]
    public void Any_completion_comes_back_as_it_is(string completion)
    {
        string json = LambdaEvent.Of([Items.Of(completion)]);

        Assert.Equal(completion, JsonNode.Parse(json)![0]!["messages"]![1]!["content"]!.GetValue<string>());
        Assert.DoesNotContain('\n', json);
    }

    static GradingItem Item(string record) => Items.Of("x = 4") with
    {
        Metadata = JsonElement.Parse(record).EnumerateObject().ToDictionary(property => property.Name, property => property.Value),
    };

    static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
