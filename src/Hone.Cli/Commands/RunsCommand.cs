using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>hone runs: the runs in a folder.</summary>
static class RunsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of run folders.", DefaultValueFactory = _ => "runs" };
        var command = new Command("runs", "List runs.") { folder };
        command.SetAction((parsed, _) =>
        {
            var output = new Output(parsed);
            var runs = Runs.List(parsed.GetRequiredValue(folder));
            Show(runs, output);
            output.Result(new JsonObject { ["runs"] = new JsonArray([.. runs.Select(ToJson)]) });
            return Task.FromResult(HoneCommand.Success);
        });
        return command;
    }

    static void Show(IReadOnlyList<RunSummary> runs, Output output)
    {
        if (runs.Count == 0)
        {
            output.Line("No runs here yet. The first: hone quickstart");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("run", "state", "steps", "reward", "created");
        foreach (var run in runs)
        {
            table.AddRow(
                Markup.Escape(run.Path), run.Problem is { } problem ? Markup.Escape(problem) : run.State.ToString().ToLowerInvariant(),
                run.Steps.ToString(), run.Last is { } last ? last.RewardMean.ToString("F3") : "", run.Created?.ToLocalTime().ToString("g") ?? "");
        }

        output.Console.Write(table);
    }

    static JsonObject ToJson(RunSummary run) => new()
    {
        ["run"] = run.Path,
        ["state"] = run.State.ToString().ToLowerInvariant(),
        ["steps"] = run.Steps,
        ["reward"] = run.Last?.RewardMean,
        ["created"] = run.Created?.ToString("O"),
        ["problem"] = run.Problem,
    };
}
