using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;

namespace Hone.Cli.Commands;

/// <summary>hone grade: what a grader says about one answer; <c>hone grade test</c>: about a table of them.</summary>
static class GradeCommand
{
    static readonly Option<string> _grader = new("--grader") { Description = "File with grader JSON.", Required = true };
    static readonly Option<string> _completion = new("--completion") { Description = "The answer to grade.", Required = true };
    static readonly Option<string?> _reference = new("--reference") { Description = "The record's reference answer." };
    static readonly Option<string?> _prompt = new("--prompt") { Description = "What was asked." };

    public static Command Create()
    {
        var command = new Command("grade", "Grade one answer: its score, the reason and the metrics.")
        {
            _grader, _completion, _reference, _prompt,
        };
        command.SetAction(Run);
        command.Subcommands.Add(GradeTestCommand.Create());
        return command;
    }

    public static JsonObject ToJson(Grade grade) => new()
    {
        ["score"] = grade.Score,
        ["fault"] = grade.Fault is { } fault ? new JsonObject { ["boundary"] = fault.Boundary, ["message"] = fault.Message } : null,
        ["reason"] = grade.Reason,
        ["metrics"] = new JsonArray([.. grade.Metrics.Select(metric => new JsonObject
        {
            ["name"] = metric.Name,
            ["value"] = metric.Value,
            ["type"] = metric.Type.ToString(),
        })]),
    };

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var output = new Output(parsed);
        await using var grader = GraderFile.Build(parsed.GetRequiredValue(_grader));
        TellNotes(grader, output);
        var grades = await grader.Grade([Item(parsed)], stop);
        Show(grades[0], output);
        output.Result(ToJson(grades[0]));
        return grades[0].Fault is null ? HoneCommand.Success : HoneCommand.Failure;
    }

    public static void TellNotes(IGrader grader, Output output)
    {
        foreach (string note in grader.Notes)
        {
            output.Line(Visible.Of(note));
        }
    }

    static GradingItem Item(ParseResult parsed)
    {
        string? reference = parsed.GetValue(_reference);
        var metadata = new Dictionary<string, JsonElement>();
        if (reference is not null)
        {
            metadata["reference_answer"] = JsonSerializer.SerializeToElement(reference);
        }

        GradingMessage[] prompt = parsed.GetValue(_prompt) is { } text ? [new("user", text)] : [];
        return new("answer", prompt, parsed.GetRequiredValue(_completion), reference, metadata, Truncated: false);
    }

    static void Show(Grade grade, Output output)
    {
        output.Line(grade.Score is { } score ? $"score {score}: {Visible.Of(grade.Reason)}" : Visible.Of(grade.Reason));
        foreach (var metric in grade.Metrics)
        {
            output.Line($"  {Visible.OnOneLine(metric.Name)} {metric.Value}{(metric.Type == MetricType.Metric ? " (watched only)" : "")}");
        }
    }
}
