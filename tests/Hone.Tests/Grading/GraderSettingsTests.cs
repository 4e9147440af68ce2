using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading;

public class GraderSettingsTests
{
    [Theory]
    [InlineData("""{"kind":"finalNumber"}""", "#### 18", 1)]
    [InlineData("""{"kind":"finalNumber"}""", "18", 0)]
    [InlineData("""{"kind":"finalNumber","mode":"flexible"}""", "18", 1)]
    [InlineData("""{"kind":"format"}""", "#### 17", 1)]
    [InlineData("""{"kind":"format","pattern":"^17"}""", "17", 1)]
    [InlineData("""{"kind":"format","pattern":"^17","ended":true}""", "17", 1)]
    [InlineData("""{"kind":"contains"}""", "so 18 it is", 1)]
    [InlineData("""{"kind":"contains","text":"so"}""", "18", 0)]
    [InlineData("""{"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"finalNumber"}},{"weight":0.5,"grader":{"kind":"format"}}]}""", "#### 18", 1.5)]
    [InlineData("""{"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"format"}},{"weight":-1,"grader":{"kind":"format","pattern":"8$"}}]}""", "#### 18", 0)]
    public async Task A_description_builds_its_grader(string json, string completion, double score)
    {
        var settings = GraderSettings.Parse(json);

        Assert.Empty(settings.Problems("grader"));
        Assert.Equal(score, (await settings.Build().GradeOne(Items.Of(completion, "18"))).Score);
    }

    [Theory]
    [InlineData("""5""", "grader is 5, but needs to be an object such as {\"kind\":\"finalNumber\"}.")]
    [InlineData("""{"kind":7}""", "grader.kind is 7, but needs to be a text.")]
    [InlineData("""{"kind":"finalNumber","mod":"strict"}""", "grader.mod is not known; the keys here are kind, mode.")]
    [InlineData("""{"kind":"finalNumber","mode":"loose"}""", "grader.mode is \"loose\", but needs to be strict (the number after ####) or flexible (the last number).")]
    [InlineData("""{"kind":"format","pattern":"("}""", "grader.pattern is \"(\", which is not a regular expression: Invalid pattern '(' at offset 1. Not enough )'s.")]
    [InlineData("""{"kind":"format","pattern":""}""", "grader.pattern is \"\", but needs to be a text.")]
    [InlineData("""{"kind":"format","ended":1}""", "grader.ended is 1, but needs to be true or false.")]
    [InlineData("""{"kind":"contains","word":"a"}""", "grader.word is not known; the keys here are kind, text, texts, match, wholeWords, matchCase, field.")]
    [InlineData("""{"kind":"contains","text":" "}""", "grader.text is blank, but needs to be a word or phrase; leave it out to look for the reference answer.")]
    [InlineData("""{"kind":"weighted"}""", "grader.parts is missing, but needs to be a list with one {\"weight\":1,\"grader\":{…}} or more.")]
    [InlineData("""{"kind":"weighted","parts":[]}""", "grader.parts is [], but needs to be a list with one {\"weight\":1,\"grader\":{…}} or more.")]
    [InlineData("""{"kind":"weighted","parts":[3]}""", "grader.parts[0] is 3, but needs to be an object such as {\"weight\":1,\"grader\":{…}}.")]
    [InlineData("""{"kind":"weighted","parts":[{"weight":0,"grader":{"kind":"format"}}]}""", "grader.parts[0].weight is 0, but needs to be a number other than 0.")]
    [InlineData("""{"kind":"weighted","parts":[{"weight":1e999,"grader":{"kind":"format"}}]}""", "grader.parts[0].weight is 1e999, but needs to be a number.")]
    [InlineData("""{"kind":"weighted","parts":[{"weight":1}]}""", "grader.parts[0].grader is missing; it says what the weight applies to.")]
    [InlineData("""{"kind":"\ud800"}""", "grader holds a text with half of a surrogate pair (such as \\ud800 alone), which is no character.")]
    public void A_problem_is_a_sentence_that_names_the_place(string json, string problem)
    {
        var settings = GraderSettings.Parse(json);
        string[] kinds = [.. GraderKinds.All.Keys];

        Assert.Equal([problem.Replace("{kinds}", $"{string.Join(", ", kinds[..^1])} or {kinds[^1]}")], settings.Problems("grader"));
        Assert.Throws<ArgumentException>(() => settings.Build());
    }

    [Theory]
    [InlineData("{}", "grader.kind is missing; it needs to be ")]
    [InlineData("""{"kind":"best"}""", "grader.kind is \"best\", but needs to be ")]
    [InlineData("""{"type":"best"}""", "grader.type is \"best\", but needs to be ")]
    public void A_kind_that_is_not_there_is_told_with_those_that_are(string json, string problem)
    {
        string told = Assert.Single(GraderSettings.Parse(json).Problems("grader"));

        Assert.StartsWith(problem, told);
        Assert.All(GraderKinds.All.Keys, kind => Assert.Contains(kind, told));
    }

    [Theory]
    [InlineData("""{}""", "grader.kind is missing; it needs to be ")]
    [InlineData("""{"kind":"numbr"}""", "grader.kind is \"numbr\", but needs to be ")]
    [InlineData("""{"type":"numbr"}""", "grader.type is \"numbr\", but needs to be ")]
    public void A_kind_that_is_none_is_told_with_all_there_are(string json, string problem)
    {
        string told = Assert.Single(GraderSettings.Parse(json).Problems("grader"));

        Assert.StartsWith(problem, told);
        Assert.All(GraderKinds.All.Keys, kind => Assert.Contains(kind, told));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var settings = GraderSettings.Parse(
            """
            {"kind":"weighted","scale":2,"parts":[
              {"weight":"1","grader":{"kind":"finalNumber","mode":"x"}},
              {"weight":1,"name":"a","grader":{"kind":"format","pattern":"[","flags":"i"}},
              {"weight":1,"name":"a","grader":{"kind":"format"}}]}
            """);

        string[] problems = [.. settings.Problems("job.grader")];

        Assert.Equal(6, problems.Length);
        Assert.Equal(
            ["parts[0].weight", "parts[0].grader.mode", "parts[1].grader.pattern", "parts[1].grader.flags", "parts[2].name", "scale"],
            problems.Select(problem => problem.Split(' ')[0]["job.grader.".Length..]));
    }

    [Fact]
    public void Endless_nesting_is_a_problem_and_no_crash()
    {
        const string open = """{"kind":"weighted","parts":[{"weight":1,"grader":""";
        string json = string.Concat(Enumerable.Repeat(open, 20)) + """{"kind":"format"}""" + string.Concat(Enumerable.Repeat("}]}", 20));

        Assert.Contains("nested deeper", Assert.Single(GraderSettings.Parse(json).Problems("grader")));
    }

    [Fact]
    public async Task Parts_of_one_kind_get_names_of_their_own()
    {
        var grader = GraderSettings.Parse(
            """{"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"format"}},{"weight":1,"grader":{"kind":"format","pattern":"x"}}]}""").Build();

        Assert.Equal(["format", "format2"], (await grader.GradeOne(Items.Of("#### 1"))).Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void Settings_survive_a_round_through_json()
    {
        var settings = GraderSettings.Parse("""{"kind":"format","pattern":"a+"}""");

        var again = JsonSerializer.Deserialize<GraderSettings>(JsonSerializer.Serialize(settings));

        Assert.Equal(settings, again);
        Assert.NotEqual(GraderSettings.FinalNumber, again);
    }
}
