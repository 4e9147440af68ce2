using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Views;
using Hone.Jobs;
using Hone.Jobs.Regrading;

namespace Hone.Cli.Commands;

/// <summary>hone regrade RUN --grader FILE: what another reward would have made of the completions that a run trained on.</summary>
static class RegradeCommand
{
    static readonly Argument<string> _run = new("run") { Description = "The run's folder." };
    static readonly Option<string> _grader = new("--grader") { Description = "File with grader JSON.", Required = true };
    static readonly Option<string?> _out = new("--out") { Description = "JSONL file to write every completion to, with both scores and advantages." };

    public static Command Create()
    {
        var command = new Command("regrade", "Grade a run's completions by another reward, without training: which ranks and advantages change.")
        {
            _run, _grader, _out,
        };
        command.SetAction((parsed, stop) => Run(parsed, stop));
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        using var run = RunReader.Open(parsed.GetRequiredValue(_run));
        var output = new Output(parsed);
        await using var grader = GraderFile.Build(parsed.GetRequiredValue(_grader));
        foreach (string note in grader.Notes)
        {
            output.Line(note);
        }

        var summary = new RegradingSummary(run.Settings.HyperParameters.TrainingSamplePerPrompt);
        using var rows = parsed.GetValue(_out) is { } path ? new StreamWriter(path) : null;
        foreach (var step in new Regrader(run, grader).Steps(stop))
        {
            summary.Add(step);
            Write(rows, step);
        }

        if (summary.Completions == 0)
        {
            throw new CommandException($"{run.Path} has no training step yet, so there is nothing to grade.");
        }

        RegradingView.Show(run, summary, output);
        return HoneCommand.Success;
    }

    static void Write(StreamWriter? rows, IReadOnlyList<RegradedRollout> step)
    {
        foreach (var one in step)
        {
            rows?.WriteLine(new JsonObject
            {
                ["step"] = one.Step,
                ["prompt"] = one.Old.PromptId,
                ["index"] = one.Old.Index,
                ["text"] = one.Old.Text,
                ["oldReward"] = one.Old.Reward,
                ["newReward"] = one.New.Reward,
                ["oldAdvantage"] = one.Old.Advantage,
                ["newAdvantage"] = one.New.Advantage,
                ["reason"] = one.New.Grade.Reason,
                ["fault"] = one.New.Grade.Fault?.ToString(),
                ["metrics"] = new JsonObject(
                    one.New.Grade.Metrics.DistinctBy(metric => metric.Name).Select(metric => KeyValuePair.Create(metric.Name, (JsonNode?)metric.Value))),
            }.ToJsonString(Output.OneLine));
        }
    }
}
