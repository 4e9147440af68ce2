using Hone.Grading;

namespace Hone.Tests.Grading.OpenAi;

public class MultiGraderTests
{
    const string CityAndName =
        """
        {"type":"multi","graders":{
           "name":{"name":"name_grader","type":"text_similarity","input":"{{sample.output_json.name}}","reference":"{{item.a}}","evaluation_metric":"fuzzy_match","pass_threshold":0.9},
           "email":{"name":"email_grader","type":"string_check","input":"{{sample.output_json.email}}","reference":"{{item.b}}","operation":"eq"}},
         "calculate_output":"(name + email) / 2"}
        """;

    public static TheoryData<string, double> HostileAnswers => new()
    {
        { """{"name":"John Doe","email":"j@x.org"}""", 1 },
        { """{"name":"John Doe","email":"J@x.org"}""", 0.5 },
        { """{"email":"j@x.org"}""", 0.5 },
        { """{"name":"","email":"j@x.org"}""", 0.5 },
        { """{"name":["John Doe"],"email":["j@x.org"]}""", 0.5 },
        { "", 0 },
        { "{}", 0 },
        { "John Doe j@x.org", 0 },
        { """{"name":"John Doe","email":"j@x.org"} """, 1 },
        { """{"name":"John Doe","email":"j@x.org"}{"name":"Ann"}""", 0 },
        { """{"name":"John Doe","name":"Ann","email":"j@x.org"}""", 0 },
        { """{"name":"","email":"{{item.b}}"}""", 0 },
        { """{"name":NaN,"email":"j@x.org"}""", 0 },
        { """{"name":"John Doe","email":"j@x.org" """, 0 },
    };

    [Theory, MemberData(nameof(HostileAnswers))]
    public async Task The_formula_gives_the_score(string completion, double score)
    {
        var grade = await GraderSettings.Parse(CityAndName).Build().GradeOne(Record(completion));

        Assert.Equal(score, grade.Score!.Value, 1);
        Assert.Contains(grade.Metrics, metric => metric.Name == "email.sample_parse_error");
    }

    [Fact]
    public async Task Tool_calls_are_graded_as_the_guide_shows()
    {
        var grader = GraderSettings.Parse(
            """
            {"type":"multi","graders":{
               "function_name":{"name":"function_name","type":"string_check","input":"get_acceptors","reference":"{{sample.output_tools[0].function.name}}","operation":"eq"},
               "arguments":{"name":"arguments","type":"string_check","input":"{\"smiles\": \"{{item.a}}\"}","reference":"{{sample.output_tools[0].function.arguments}}","operation":"eq"}},
             "calculate_output":"0.5 * function_name + 0.5 * arguments"}
            """).Build();

        Assert.Equal(1, (await grader.GradeOne(Record("""<tool_call>{"name":"get_acceptors","arguments":{"smiles": "John Doe"}}</tool_call>"""))).Score);
        Assert.Equal(0.5, (await grader.GradeOne(Record("""<tool_call>{"name":"get_acceptors","arguments":{"smiles": "C"}}</tool_call>"""))).Score);
        Assert.Equal(0, (await grader.GradeOne(Record("get_acceptors"))).Score);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_does_not_earn_what_a_subtraction_leaves()
    {
        var grader = GraderSettings.Parse(
            """
            {"type":"multi","graders":{"bad":{"type":"string_check","input":"{{sample.output_json.text}}","reference":"secret","operation":"like"}},
             "calculate_output":"1 - bad"}
            """).Build();

        Assert.Equal(1, (await grader.GradeOne(Record("""{"text":"fine"}"""))).Score);
        Assert.Equal(0, (await grader.GradeOne(Record("""{"text":"the secret"}"""))).Score);
        Assert.Equal(0, (await grader.GradeOne(Record("no JSON"))).Score);
    }

    [Fact]
    public async Task Graders_of_any_kind_may_be_parts_and_a_fault_names_the_part()
    {
        var grader = GraderSettings.Parse(
            """
            {"type":"multi","graders":[{"name":"x","type":"string_check","input":"1","reference":"{{item.none}}","operation":"eq"}],"calculate_output":"x"}
            """).Build();
        var mixed = GraderSettings.Parse("""{"type":"multi","graders":{"valid":{"kind":"jsonValid"}},"calculate_output":"2 * valid"}""").Build();

        Assert.Equal("x/invalid_variable_error", (await grader.GradeOne(Record("a"))).Fault!.Boundary);
        Assert.Equal(2, (await mixed.GradeOne(Record("{}"))).Score);
    }

    [Fact]
    public async Task A_formula_without_a_value_is_a_fault()
    {
        var grader = GraderSettings.Parse("""{"type":"multi","graders":{"v":{"kind":"jsonValid"}},"calculate_output":"1 / v"}""").Build();

        Assert.Equal(1, (await grader.GradeOne(Record("{}"))).Score);
        Assert.Equal("other_error", (await grader.GradeOne(Record("x"))).Fault!.Boundary);
    }

    [Theory]
    [InlineData("""{"type":"multi","graders":{"v":{"kind":"jsonValid"}}}""", "grader.calculate_output is missing; it needs to be a formula over the graders' names, such as 0.5 * exact + 0.5 * close.")]
    [InlineData("""{"type":"multi","graders":{},"calculate_output":"1"}""", "grader.graders is {}, but needs to be an object of graders by name, such as {\"exact\":{\"type\":\"string_check\",…}}.")]
    [InlineData("""{"type":"multi","graders":{"v":{"kind":"jsonValid"}},"calculate_output":"w"}""", "grader.calculate_output is \"w\", which has at column 1 \"w\", which is none of the graders: v.")]
    [InlineData("""{"type":"multi","graders":{"v w":{"kind":"jsonValid"}},"calculate_output":"1"}""", "grader.graders.v w has the name \"v w\", but needs one that a formula can hold: letters, digits and low lines.")]
    [InlineData("""{"type":"multi","graders":{"v":{"kind":"jsonValid","roof":1}},"calculate_output":"v"}""", "grader.graders.v.roof is not known; the keys here are kind, from, root.")]
    [InlineData("""{"type":"multi","graders":[{"name":"a","type":"string_check","input":"","reference":"","operation":"eq"},{"name":"a","type":"string_check","input":"","reference":"","operation":"eq"}],"calculate_output":"a"}""", "grader.graders has two graders of the name \"a\"; give each its own.")]
    public void Settings_that_cannot_be_run_are_told(string settings, string problem) =>
        Assert.Equal([problem], GraderSettings.Parse(settings).Problems("grader"));

    [Fact]
    public void A_part_that_the_formula_leaves_out_is_told_before_the_run() =>
        Assert.Contains("only watched", Assert.Single(GraderSettings.Parse("""{"type":"multi","graders":{"v":{"kind":"jsonValid"}},"calculate_output":"1"}""").Build().Notes));

    static GradingItem Record(string completion) => Items.Of(completion, "x") with
    {
        Metadata = System.Text.Json.JsonElement.Parse("""{"a":"John Doe","b":"j@x.org"}""").EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value),
    };
}
