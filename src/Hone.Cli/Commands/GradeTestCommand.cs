using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Cases;

namespace Hone.Cli.Commands;

/// <summary>hone grade test: a table of answers with the grades that they should get.</summary>
static class GradeTestCommand
{
    const int LongestShown = 200;

    static readonly Argument<string> _table = new("table")
    {
        Description = "JSONL file; a line is {\"completion\":\"…\",\"reference_answer\":\"…\",\"expected\":1}. Expected: a number, {\"min\":…,\"max\":…} or \"fault\".",
    };

    static readonly Option<string> _grader = new("--grader") { Description = "File with grader JSON.", Required = true };

    public static Command Create()
    {
        var command = new Command("test", "Test a grader with a table of answers and expected scores; exit code 1 if any differs.") { _table, _grader };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var output = new Output(parsed);
        var cases = Cases(parsed.GetRequiredValue(_table));
        await using var grader = GraderFile.Build(parsed.GetRequiredValue(_grader));
        GradeCommand.TellNotes(grader, output);
        var grades = await grader.Grade([.. cases.Select(one => one.Item)], stop);
        var results = cases.Zip(grades, (one, grade) => (Case: one, Grade: grade, Passed: one.Expected.IsMetBy(grade))).ToArray();
        foreach (var (one, grade, passed) in results)
        {
            output.Line(passed
                ? $"passed  {Name(one)}: {Came(grade)}"
                : $"FAILED  {Name(one)}: expected {one.Expected}, but came {Came(grade)}{Environment.NewLine}        {Shown(grade.Reason)}");
        }

        int failed = results.Count(result => !result.Passed);
        output.Line(failed == 0 ? $"All {results.Length} cases pass." : $"{failed} of {results.Length} cases fail.");
        output.Result(new JsonObject
        {
            ["cases"] = results.Length,
            ["failed"] = failed,
            ["results"] = new JsonArray([.. results.Select(result => ToJson(result.Case, result.Grade, result.Passed))]),
        });
        return failed == 0 ? HoneCommand.Success : HoneCommand.Failure;
    }

    static IReadOnlyList<GradeCase> Cases(string table)
    {
        if (!File.Exists(table))
        {
            throw new CommandException($"There is no file {table}; name a JSONL file of cases.");
        }

        var (cases, problems) = GradeCaseTable.Read(table);
        return problems.Count == 0
            ? cases
            : throw new CommandException(string.Join(Environment.NewLine, problems.Select(problem => $"{table}, {problem}")));
    }

    static string Name(GradeCase one) => Visible.OnOneLine(one.Name.StartsWith("line ", StringComparison.Ordinal) ? one.Name : $"line {one.Line}, {one.Name}");

    static string Came(Grade grade) => grade.Score is { } score ? $"{score}" : "a fault";

    static string Shown(string reason)
    {
        string line = Visible.OnOneLine(reason);
        return line.Length <= LongestShown ? line : $"{line[..LongestShown]}…";
    }

    static JsonObject ToJson(GradeCase one, Grade grade, bool passed)
    {
        var json = GradeCommand.ToJson(grade);
        json.Insert(0, "name", one.Name);
        json.Insert(1, "line", one.Line);
        json.Insert(2, "passed", passed);
        return json;
    }
}
