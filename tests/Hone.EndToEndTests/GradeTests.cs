using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>hone grade: one answer, and tables of them.</summary>
public sealed class GradeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_recipe_s_cases_pass_with_its_grader_in_C_sharp()
    {
        string recipe = Path.Combine(AppContext.BaseDirectory, "recipes", "csharp");

        var result = HoneProcess.Run("grade", "test", Path.Combine(recipe, "cases.jsonl"), "--grader", Path.Combine(recipe, "grader.json")).Succeeded();

        Assert.Contains("passed  line 2, right only: 0.75", result.Output);
        Assert.EndsWith("All 10 cases pass.\n", result.Output);
    }

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

    [LongFact]
    public void A_project_is_built_and_its_errors_are_told_with_their_places()
    {
        const string wrong = "using Hone.Grading;\n\npublic class Words : IAnswerGrader\n{\n"
            + "    public Grade Grade(GradingItem item) => item.Scored(Count.Of(item.Completion), \"words.\")\n}\n";
        _folder.Write("words.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><AssemblyName>Words</AssemblyName></PropertyGroup>
              <ItemGroup><Reference Include="Hone.Grading" HintPath="$(HoneFolder)/Hone.Grading.dll" Private="false" /></ItemGroup>
            </Project>
            """);
        _folder.Write("Count.cs", """
            using System.Text.RegularExpressions;

            static partial class Count
            {
                public static int Of(string text) => Word().Count(text);

                [GeneratedRegex(@"\w+")]
                private static partial Regex Word();
            }
            """);
        _folder.Write("Words.cs", wrong);
        string grader = Grader("""{"kind":"csharp","project":"."}""");

        HoneProcess.Run("grade", "--grader", grader, "--completion", "one two, three").RefusedWith("grader.project: Words.cs, line 5, column 93: ; expected (CS1002).");

        _folder.Write("Words.cs", wrong.Replace("\"words.\")", "\"words.\");"));
        var graded = HoneProcess.Run("grade", "--grader", grader, "--completion", "one two, three", "--json").Succeeded();
        Assert.Equal(3, graded.Json["score"]!.GetValue<double>());
    }

    [Fact]
    public void Bad_input_is_refused_in_words()
    {
        string grader = Grader("""{"kind":"finalNumber"}"""), table = _folder.Write("cases.jsonl", "{}\n5");

        HoneProcess.Run("grade", "test", table, "--grader", grader).RefusedWith("line 1: \"completion\" is missing", "line 1: \"expected\" is missing", "line 2: the line is 5");
        HoneProcess.Run("grade", "test", _folder["no.jsonl"], "--grader", grader).RefusedWith("There is no file");
        HoneProcess.Run("grade", "--grader", Grader("""{"kind":"csharp","file":"no.cs"}"""), "--completion", "").RefusedWith("grader.file is \"no.cs\"");
        HoneProcess.Run("grade", "--grader", grader).RefusedWith("--completion");
    }

    string Grader(string json) => _folder.Write($"{Guid.NewGuid():N}.json", JsonNode.Parse(json)!.ToJsonString());
}
