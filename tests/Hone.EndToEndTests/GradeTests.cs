using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>hone grade: one answer, and tables of them.</summary>
public sealed class GradeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_case_that_fails_says_what_came_and_why()
    {
        string table = _folder.Write("cases.jsonl", """
            {"completion":"#### 18","reference_answer":"18","expected":1}
            {"name":"near","completion":"#### 17","reference_answer":"18","expected":{"min":0.5}}
            """);

        var result = HoneProcess.Run("grade", "test", table, "--grader", Grader("""{"kind":"finalNumber"}"""), "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FAILED  line 2, near: expected 0.5 or more, but came 0", result.Error);
        Assert.Contains("1 of 2 cases fail.", result.Error);
        Assert.Equal([true, false], result.Json["results"]!.AsArray().Select(one => one!["passed"]!.GetValue<bool>()));
    }

    [Fact]
    public void One_answer_is_graded_with_its_reason()
    {
        string grader = Grader("""{"kind":"weighted","parts":[{"weight":2,"grader":{"kind":"finalNumber"}}]}""");

        var graded = HoneProcess.Run("grade", "--grader", grader, "--completion", "#### 18", "--reference", "18", "--json").Succeeded().Json;
        var faulty = HoneProcess.Run("grade", "--grader", grader, "--completion", "#### 18", "--json");

        Assert.Equal(2, graded["score"]!.GetValue<double>());
        Assert.Equal("finalNumber", graded["metrics"]!.AsArray()[0]!["name"]!.GetValue<string>());
        Assert.Equal(1, faulty.ExitCode);
        Assert.Null(faulty.Json["score"]);
    }

    [Fact]
    public void Bad_input_is_refused_in_words()
    {
        string grader = Grader("""{"kind":"finalNumber"}"""), table = _folder.Write("cases.jsonl", "{}\n5");

        HoneProcess.Run("grade", "test", table, "--grader", grader).RefusedWith("line 1: \"completion\" is missing", "line 1: \"expected\" is missing", "line 2: the line is 5");
        HoneProcess.Run("grade", "test", _folder["no.jsonl"], "--grader", grader).RefusedWith("There is no file");
        HoneProcess.Run("grade", "--grader", grader).RefusedWith("--completion");
    }

    string Grader(string json) => _folder.Write($"{Guid.NewGuid():N}.json", JsonNode.Parse(json)!.ToJsonString());
}
