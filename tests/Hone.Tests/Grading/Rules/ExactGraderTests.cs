namespace Hone.Tests.Grading.Rules;

public class ExactGraderTests
{
    [Theory]
    [InlineData("Paris", 1)]
    [InlineData("  Paris \n", 1)]
    [InlineData("Ｐａｒｉｓ", 1)]
    [InlineData("Pa\u200Bris\u200F", 1)]
    [InlineData("\u202EPari\u00ADs", 1)]
    [InlineData("paris", 0)]
    [InlineData("Paris.", 0)]
    [InlineData("Раris", 0)] // The first two letters are Cyrillic.
    [InlineData("Paris Paris", 0)]
    [InlineData("Paris London Rome", 0)]
    [InlineData("It is Paris", 0)]
    [InlineData("Par", 0)]
    [InlineData("\uD800Paris", 0)]
    [InlineData("NaN", 0)]
    [InlineData("", 0)]
    public async Task A_completion_is_the_reference_or_not(string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade("""{"kind":"exact"}""", completion, "Paris")).Score);

    [Theory]
    [InlineData("""{"kind":"exact","ignoreCase":true}""", "PARIS, france", "Paris, France", 1)]
    [InlineData("""{"kind":"exact","ignoreCase":true}""", "ΟΔΟΣ", "οδος", 1)]
    [InlineData("""{"kind":"exact","ignorePunctuation":true}""", "Paris France!", "Paris, France", 1)]
    [InlineData("""{"kind":"exact","ignorePunctuation":true}""", "Paris", "Paris, France", 0)]
    [InlineData("""{"kind":"exact","ignoreWhitespace":false}""", "Paris ", "Paris", 0)]
    [InlineData("""{"kind":"exact"}""", "a\t\nb", "a b", 1)]
    [InlineData("""{"kind":"exact"}""", "ab", "a b", 0)]
    [InlineData("""{"kind":"exact","nfkc":false}""", "ﬁn", "fin", 0)]
    [InlineData("""{"kind":"exact"}""", "ﬁn", "fin", 1)]
    [InlineData("""{"kind":"exact"}""", "cafe\u0301", "café", 1)]
    [InlineData("""{"kind":"exact","place":"tag"}""", "<think>Rome?</think><answer>Paris</answer>", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"tag"}""", "<answer>Paris</answer><answer>Rome</answer>", "Paris", 0)]
    [InlineData("""{"kind":"exact","place":"tag","tag":"city"}""", "<city>Paris</city>", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"boxed"}""", "so \\boxed{Paris}", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"hash"}""", "x\n#### Paris\n", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"any"}""", "The answer is Paris.", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"any"}""", "The answer is Rome. The answer is Paris.", "Paris", 0)]
    [InlineData("""{"kind":"exact","place":"any"}""", "The answer is Rome. The final answer is Paris.", "Paris", 1)]
    [InlineData("""{"kind":"exact","place":"any"}""", "Paris", "Paris", 0)]
    public async Task Options_say_what_makes_no_difference_and_where_the_answer_is(string grader, string completion, string reference, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion, reference)).Score);

    [Theory]
    [InlineData("""["Paris","City of Light"]""", null, "City of Light", 1)]
    [InlineData("""["Paris","City of Light"]""", null, "Rome", 0)]
    [InlineData("""["Paris","City of Light"]""", null, "Paris City of Light", 0)]
    [InlineData("""{"answer":"Paris","steps":["a","b"]}""", null, "Paris", 1)]
    [InlineData("""{"city":"Paris"}""", null, "Paris", 1)]
    [InlineData("""{"city":"Paris","land":"France"}""", "city", "Paris", 1)]
    [InlineData("""{"place":{"city":["Paris","Paname"]}}""", "place.city", "Paname", 1)]
    [InlineData("42", null, "42", 1)]
    [InlineData("""{"ok":true}""", null, "true", 1)]
    public async Task The_reference_has_any_shape(string reference, string? field, string completion, double score)
    {
        string grader = field is null ? """{"kind":"exact"}""" : $$"""{"kind":"exact","field":"{{field}}"}""";

        Assert.Equal(score, (await RuleTables.Build(grader).GradeOne(RuleTables.ItemOf(completion, reference))).Score);
    }

    [Theory]
    [InlineData("""{"city":"Paris","land":"France"}""", null, "name its field")]
    [InlineData("""{"city":"Paris"}""", "town", "\"town\"")]
    [InlineData("[]", null, "name its field")]
    [InlineData("\" \"", null, "no reference answer")]
    public async Task Without_an_answer_to_compare_with_there_is_no_score(string reference, string? field, string told)
    {
        string grader = field is null ? """{"kind":"exact"}""" : $$"""{"kind":"exact","field":"{{field}}"}""";

        var grade = await RuleTables.Build(grader).GradeOne(RuleTables.ItemOf("Paris", reference));

        Assert.Null(grade.Score);
        Assert.Equal("reference", grade.Fault!.Boundary);
        Assert.Contains(told, grade.Fault.Message);
    }

    [Fact]
    public async Task A_field_may_be_beside_the_reference_in_the_record()
    {
        var item = Items.Of("B", "something else") with
        {
            Metadata = new Dictionary<string, System.Text.Json.JsonElement> { ["key"] = System.Text.Json.JsonElement.Parse("\"B\"") },
        };

        Assert.Equal(1, (await RuleTables.Build("""{"kind":"exact","field":"key"}""").GradeOne(item)).Score);
    }
}
