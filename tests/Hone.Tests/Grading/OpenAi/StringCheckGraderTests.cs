using Hone.Grading;

namespace Hone.Tests.Grading.OpenAi;

public class StringCheckGraderTests
{
    public static TheoryData<string, double> HostileAnswers => new()
    {
        { "Ulm", 1 },
        { "", 0 },
        { "ulm", 0 },
        { "Ulm ", 0 },
        { "Ulm.", 0 },
        { "Ulm\u200B", 0 },
        { "\u202EUlm", 0 },
        { "Ulｍ", 0 },
        { "Ulm Bonn Berlin", 0 },
        { "{{item.reference_answer}}", 0 },
        { "{{ sample.output_text }}", 0 },
        { "NaN", 0 },
        { new string('U', 100_000), 0 },
    };

    [Theory, MemberData(nameof(HostileAnswers))]
    public async Task Eq_takes_the_same_text_only(string completion, double score) =>
        Assert.Equal(score, (await Grade("eq", "{{sample.output_text}}", "{{item.reference_answer}}", completion)).Score);

    [Fact]
    public async Task Half_a_character_is_an_answer_and_no_crash() =>
        Assert.Equal(0, (await Grade("eq", "{{sample.output_text}}", "{{item.reference_answer}}", "Ulm\ud800")).Score);

    [Theory]
    [InlineData("ne", "Bonn", 1)]
    [InlineData("ne", "Ulm", 0)]
    [InlineData("neq", "Bonn", 1)]
    [InlineData("like", "It is Ulm.", 1)]
    [InlineData("like", "It is ulm.", 0)]
    [InlineData("ilike", "It is ULM.", 1)]
    [InlineData("ilike", "It is Bonn.", 0)]
    public async Task Each_operation_says_how_the_texts_relate(string operation, string completion, double score) =>
        Assert.Equal(score, (await Grade(operation, "{{sample.output_text}}", "{{item.reference_answer}}", completion)).Score);

    [Theory]
    [InlineData("eq")]
    [InlineData("ne")]
    public async Task An_answer_that_cannot_be_read_is_a_zero_and_counted_apart(string operation)
    {
        var grade = await Grade(operation, "{{sample.output_json.city}}", "{{item.reference_answer}}", "not JSON");

        Assert.Equal(0, grade.Score);
        Assert.Equal([("invalid_variable_error", 0), ("sample_parse_error", 1)], grade.Metrics.Select(metric => (metric.Name, metric.Value)));
        Assert.StartsWith("sample_parse_error: ", grade.Reason);
    }

    [Fact]
    public async Task A_record_that_lacks_the_name_is_a_fault()
    {
        var grade = await Grade("eq", "{{sample.output_text}}", "{{item.city}}", "Ulm");

        Assert.Null(grade.Score);
        Assert.Equal("invalid_variable_error: the record has no item.city.", grade.Fault!.ToString());
    }

    [Fact]
    public async Task To_contain_an_empty_text_says_nothing()
    {
        Assert.Equal(0, (await Grade("like", "Ulm", "{{sample.output_text}}", "")).Score);
        Assert.Equal("other_error", (await Grade("like", "{{sample.output_text}}", "{{item.empty}}", "Ulm")).Fault!.Boundary);
    }

    [Theory]
    [InlineData("""{"type":"string_check","input":"a"}""", "grader.reference is missing; it needs to be the text to compare with, such as {{ item.reference_answer }}.", "grader.operation is missing; it needs to be eq, ne, like or ilike.")]
    [InlineData("""{"type":"string_check","input":"{{x}}","reference":"","operation":"is"}""", "grader.input has {{x}} at character 1, which begins with x, but needs to begin with item or sample.", "grader.operation is \"is\", but needs to be eq (equal), ne (not equal), like (contains), ilike (contains, in any case) or neq (as ne).")]
    public void Settings_that_cannot_be_run_are_told(string settings, params string[] problems) =>
        Assert.Equal(problems, GraderSettings.Parse(settings).Problems("grader"));

    static Task<Grade> Grade(string operation, string input, string reference, string completion) =>
        GraderSettings.Parse($$"""{"type":"string_check","name":"n","input":"{{input}}","reference":"{{reference}}","operation":"{{operation}}"}""").Build()
            .GradeOne(ItemTemplateTests.Record(completion));
}
