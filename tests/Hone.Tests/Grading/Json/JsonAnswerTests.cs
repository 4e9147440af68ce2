using Hone.Grading.Json;

namespace Hone.Tests.Grading.Json;

public class JsonAnswerTests
{
    const string Fence = "```";

    [Theory]
    [InlineData(JsonPlace.Whole, """{"a":1}""", true)]
    [InlineData(JsonPlace.Whole, "\n {\"a\":1}\n", true)]
    [InlineData(JsonPlace.Whole, "Here: {\"a\":1}", false)]
    [InlineData(JsonPlace.Whole, "<think>{\"b\":2} hm</think>{\"a\":1}", true)]
    [InlineData(JsonPlace.Fence, $"Here:\n{Fence}json\n{{\"a\":1}}\n{Fence}\nDone.", true)]
    [InlineData(JsonPlace.Fence, $"{Fence}\n{{\"a\":1}}\n{Fence}", true)]
    [InlineData(JsonPlace.Fence, $"{Fence}python\n{{\"a\":1}}\n{Fence}", false)]
    [InlineData(JsonPlace.Fence, $"{Fence}python\nx={{}}\n{Fence}\n{Fence}JSON\n{{\"a\":1}}\n{Fence}", true)]
    [InlineData(JsonPlace.Fence, $"{Fence}json\n{{\"a\":1}}", false)]
    [InlineData(JsonPlace.Fence, $"{Fence}json\n{{\"a\":1}}\n{Fence}\n{Fence}json\n{{\"a\":2}}\n{Fence}", false)]
    [InlineData(JsonPlace.Fence, """{"a":1}""", false)]
    [InlineData(JsonPlace.First, "I say {\"a\":1} and {\"a\":2}", true)]
    [InlineData(JsonPlace.First, "{not this} but {\"a\":1}", true)]
    [InlineData(JsonPlace.First, "set {x} = {{}} {\"a\":1}", false)]
    [InlineData(JsonPlace.First, "{\"a\":1", false)]
    [InlineData(JsonPlace.First, "[1,2]", false)]
    [InlineData(JsonPlace.Any, """{"a":1}""", true)]
    [InlineData(JsonPlace.Any, "so {\"a\":1}.", true)]
    [InlineData(JsonPlace.Any, $"{{\"b\":0}}\n{Fence}json\n{{\"a\":1}}\n{Fence}", true)]
    [InlineData(JsonPlace.Any, $"{Fence}json\n{{\"a\":2}}\n{Fence}\n{Fence}json\n{{\"a\":1}}\n{Fence}", false)]
    public void The_object_a_1_is_found_or_not(JsonPlace place, string answer, bool found)
    {
        var json = JsonAnswer.Find(answer, place, out string problem);

        Assert.Equal(found, json is { } value && JsonCanon.AreEqual(value, System.Text.Json.JsonElement.Parse("""{"a":1}""")));
        Assert.True(found || json is not null || problem.EndsWith('.'));
    }

    [Fact]
    public void Braces_inside_of_texts_do_not_count()
    {
        var json = JsonAnswer.Find("x {\"a\":\"}\\\"{\",\"b\":{}} y", JsonPlace.First, out _);

        Assert.Equal("}\"{", json!.Value.GetProperty("a").GetString());
    }

    [Fact]
    public void A_wall_of_braces_takes_no_time()
    {
        Assert.Null(JsonAnswer.Find(new string('{', 200_000), JsonPlace.First, out _));
        Assert.Null(JsonAnswer.Find(new string('[', 200_000), JsonPlace.Any, out _));
    }
}
