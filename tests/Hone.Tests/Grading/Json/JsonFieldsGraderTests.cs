using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading.Json;

public class JsonFieldsGraderTests
{
    const string Reference = """{"name":"Ann Lee","total":12.5,"tags":["a","b"],"address":{"city":"Ulm","zip":"89073"}}""";

    public static TheoryData<string, double> HostileAnswers => new()
    {
        { Reference, 1 },
        { """{"address":{"zip":"89073","city":"ulm"},"tags":["A","b"],"total":1.25e1,"name":" ann  lee."}""", 1 },
        { "", 0 },
        { "{}", 0 },
        { "null", 0 },
        { "[]", 0 },
        { """{"name":"Ann Lee"}""", 0.25 },
        { """{"name":"Ann Lee","total":"12.5"}""", 0.25 },
        { """{"total":12.5000001}""", 0 },
        { """{"total":1e999}""", 0 },
        { """{"total":-12.5}""", 0 },
        { """{"tags":["b","a"]}""", 0 },
        { """{"tags":["a"]}""", 0.125 },
        { """{"tags":["a","b","c","d"]}""", 0.125 },
        { """{"address":{"city":"Ulm"}}""", 0.125 },
        { """{"address":"Ulm 89073"}""", 0 },
        { """{"name":["Ann Lee","Bob Ray"]}""", 0 },
        { """{"name":"Ann Lee or Bob Ray"}""", 0 },
        { """{"name":"Ann\u200B Lee\u202E"}""", 0.25 },
        { """{"nаme":"Ann Lee"}""", 0 },
        { """{"name":"Аnn Lee"}""", 0 },
        { """{"Name":"Ann Lee"}""", 0 },
        { """{"name":"Bob","name":"Ann Lee"}""", 0 },
        { """{"name":"Ann Lee","total":12.5""", 0 },
        { "name: Ann Lee, total: 12.5", 0 },
    };

    [Theory, MemberData(nameof(HostileAnswers))]
    public async Task Each_field_counts_as_far_as_it_agrees(string completion, double score)
    {
        var grade = await GraderSettings.Parse("""{"kind":"jsonFields"}""").Build().GradeOne(Items.Of(completion, Reference));

        Assert.Equal(score, grade.Score!.Value, 12);
    }

    [Theory]
    [InlineData("""{"kind":"jsonFields","fields":{"total":3,"name":1}}""", """{"total":12.5}""", 0.75)]
    [InlineData("""{"kind":"jsonFields","fields":{"/address/city":1}}""", """{"address":{"city":"ULM"}}""", 1)]
    [InlineData("""{"kind":"jsonFields","fields":{"/tags/0":1}}""", """{"tags":["a"]}""", 1)]
    [InlineData("""{"kind":"jsonFields","fields":{"total":1},"tolerance":0.5}""", """{"total":13}""", 1)]
    [InlineData("""{"kind":"jsonFields","fields":{"total":{"weight":1,"relativeTolerance":0.01}}}""", """{"total":12.6}""", 1)]
    [InlineData("""{"kind":"jsonFields","fields":{"total":{"weight":1,"relativeTolerance":0.01}}}""", """{"total":12.7}""", 0)]
    [InlineData("""{"kind":"jsonFields","fields":{"tags":{"lists":"set"}}}""", """{"tags":["b","a"]}""", 1)]
    [InlineData("""{"kind":"jsonFields","fields":{"tags":{"lists":"set"}}}""", """{"tags":["b","b","b"]}""", 0.3333333333333)]
    [InlineData("""{"kind":"jsonFields","fields":{"name":{"text":"exact"}}}""", """{"name":"ann lee"}""", 0)]
    [InlineData("""{"kind":"jsonFields","fields":{"name":{"text":"fuzzy"}}}""", """{"name":"Ann Lea"}""", 0.857142857143)]
    [InlineData("""{"kind":"jsonFields","fields":{"name":1},"extra":0.5}""", """{"name":"Ann Lee","x":1,"y":2}""", 0.75)]
    [InlineData("""{"kind":"jsonFields","fields":{"name":1,"total":1},"missing":0.5}""", """{"name":"Ann Lee"}""", 0.25)]
    [InlineData("""{"kind":"jsonFields","missing":1,"extra":1}""", """{"x":1}""", 0)]
    public async Task Settings_weigh_and_loosen_fields(string settings, string completion, double score)
    {
        var grade = await GraderSettings.Parse(settings).Build().GradeOne(Items.Of(completion, Reference));

        Assert.Equal(score, grade.Score!.Value, 9);
    }

    [Fact]
    public async Task The_parts_are_kept_as_metrics()
    {
        var grade = await GraderSettings.Parse("""{"kind":"jsonFields","fields":{"name":1,"/address/city":1}}""").Build()
            .GradeOne(Items.Of("""{"name":"Ann Lee","address":{}}""", Reference));

        Assert.Equal([("parsed", 1), ("name", 1), ("address/city", 0)], grade.Metrics.Select(metric => (metric.Name, metric.Value)));
        Assert.Equal("/address/city is missing.", grade.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Ann Lee")]
    [InlineData("""{"other":1}""")]
    public async Task A_reference_without_the_field_is_a_fault(string? reference)
    {
        var grade = await GraderSettings.Parse("""{"kind":"jsonFields","fields":{"name":1}}""").Build().GradeOne(Items.Of(Reference, reference));

        Assert.Equal("reference", grade.Fault!.Boundary);
    }

    [Fact]
    public async Task A_reference_answer_that_is_an_object_is_taken_as_it_is()
    {
        var item = Items.Of("""{"answer":"x","n":1}""", "x") with
        {
            Metadata = new Dictionary<string, JsonElement> { ["reference_answer"] = JsonElement.Parse("""{"answer":"x","n":2}""") },
        };

        Assert.Equal(0.5, (await GraderSettings.Parse("""{"kind":"jsonFields"}""").Build().GradeOne(item)).Score);
    }

    [Theory]
    [InlineData("""{"kind":"jsonFields","fields":{}}""", "grader.fields is {}, but needs to be an object of weights by field, such as {\"total\":2,\"items\":{\"weight\":1,\"lists\":\"set\"}}.")]
    [InlineData("""{"kind":"jsonFields","fields":{"a":0}}""", "grader.fields.a is 0, but needs to be a weight above 0 or an object with one.")]
    [InlineData("""{"kind":"jsonFields","fields":{"a":{"weigth":1}}}""", "grader.fields.a.weigth is not known; the keys here are weight, text, tolerance, relativeTolerance, lists.")]
    [InlineData("""{"kind":"jsonFields","extra":2}""", "grader.extra is 2, but needs to be a number from 0 to 1.")]
    public void Settings_that_cannot_be_run_are_told(string settings, string problem) =>
        Assert.Equal([problem], GraderSettings.Parse(settings).Problems("grader"));

    [Fact]
    public async Task Long_lists_as_sets_take_no_time()
    {
        string list = $"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"{i}\""))}]";
        string other = $"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"x{i}\""))}]";
        var grader = GraderSettings.Parse("""{"kind":"jsonFields","lists":"set"}""").Build();

        Assert.Equal(1, (await grader.GradeOne(Items.Of(list, list))).Score);
        Assert.Equal(0, (await grader.GradeOne(Items.Of(other, list))).Score);
    }
}
