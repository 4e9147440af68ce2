using Hone.Grading;

namespace Hone.Tests.Grading.Json;

public class JsonSchemaGraderTests
{
    const string Person =
        """
        {"kind":"jsonSchema","schema":{"type":"object","required":["name","age"],"additionalProperties":false,
         "properties":{"name":{"type":"string","minLength":1},"age":{"type":"integer","minimum":0,"maximum":150}}}}
        """;

    public static TheoryData<string, double> HostileAnswers => new()
    {
        { """{"name":"Ann","age":3}""", 1 },
        { """{"age":3.0,"name":"Ann"}""", 1 },
        { "", 0 },
        { "{}", 0 },
        { """{"name":"","age":3}""", 0 },
        { """{"name":"Ann","age":"3"}""", 0 },
        { """{"name":"Ann","age":3.5}""", 0 },
        { """{"name":"Ann","age":1e999}""", 0 },
        { """{"name":"Ann","age":-1}""", 0 },
        { """{"name":"Ann","age":NaN}""", 0 },
        { """{"name":"Ann","age":3,"age":4}""", 0 },
        { """{"name":"Ann","age":3,"extra":1}""", 0 },
        { """{"nаme":"Ann","age":3}""", 0 },
        { "{\"name\u200B\":\"Ann\",\"age\":3}", 0 },
        { """[{"name":"Ann","age":3},{"name":"Bob","age":4}]""", 0 },
        { """{"name":"Ann","age":3""", 0 },
        { """{"$schema":true}""", 0 },
        { "```json\n{\"name\":\"Ann\",\"age\":3}\n```\n```json\n{\"name\":\"Bob\",\"age\":4}\n```", 0 },
        { "Here you are: {\"name\":\"Ann\",\"age\":3}", 1 },
    };

    [Theory, MemberData(nameof(HostileAnswers))]
    public async Task Only_what_fits_counts(string completion, double score)
    {
        var grade = await GraderSettings.Parse(Person).Build().GradeOne(Items.Of(completion));

        Assert.Equal(score, grade.Score);
        Assert.Equal("parsed", Assert.Single(grade.Metrics).Name);
    }

    [Theory]
    [InlineData("""{"kind":"jsonSchema"}""", "grader has neither a schema nor a schemaFile, but needs one of them: the JSON Schema that answers have to fit.")]
    [InlineData("""{"kind":"jsonSchema","schema":{"type":"x"}}""", "grader.schema/type is \"x\", but needs to be one or more of null, boolean, object, array, number, string, integer.")]
    [InlineData("""{"kind":"jsonSchema","schema":{"$ref":"http://a/b"}}""", "grader.schema refers to \"http://a/b\", which is not in the schema; write it under $defs: nothing is fetched.")]
    [InlineData("""{"kind":"jsonSchema","schema":{},"strict":true}""", "grader.strict is not known; the keys here are kind, from, assertFormats, schema, schemaFile.")]
    [InlineData("""{"kind":"jsonSchema","schema":true,"from":"last"}""", "grader.from is \"last\", but needs to be any (the whole answer, else its one fenced block, else its first object), whole (the answer is JSON and nothing else), fence (the one fenced block) or first (the first object).")]
    public void Settings_that_cannot_be_run_are_told(string settings, string problem) =>
        Assert.Equal([problem], GraderSettings.Parse(settings).Problems("grader"));

    [Fact]
    public async Task A_schema_may_stand_in_a_file()
    {
        string folder = Directory.CreateTempSubdirectory("schema").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "s.json"), """{"type":"array"}""");
            var settings = GraderSettings.Parse("""{"kind":"jsonSchema","schemaFile":"s.json"}""");

            Assert.Equal(1, (await settings.Build(new(folder)).GradeOne(Items.Of("[]"))).Score);
            await File.WriteAllTextAsync(Path.Combine(folder, "s.json"), "{");
            Assert.Contains("which is not JSON", Assert.Single(settings.Problems("grader", new(folder))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_pattern_that_explodes_is_a_fault_and_not_a_zero()
    {
        var grader = GraderSettings.Parse("""{"kind":"jsonSchema","schema":{"items":{"pattern":"^(?=a)(a+)+$"}}}""").Build();

        var grade = await grader.GradeOne(Items.Of($"[\"{new string('a', 40)}!\"]"));

        Assert.Equal("schema", grade.Fault!.Boundary);
    }

    [Fact]
    public void Misspelt_keywords_are_told_before_the_run() =>
        Assert.Contains("requierd", Assert.Single(GraderSettings.Parse("""{"kind":"jsonSchema","schema":{"requierd":["a"]}}""").Build().Notes));
}
