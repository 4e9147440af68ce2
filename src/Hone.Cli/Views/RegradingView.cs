using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Regrading;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>What another reward changes about a run, as a person reads it, and as JSON.</summary>
static class RegradingView
{
    const int MostSteps = 20, MoversShown = 5;

    public static void Show(RunReader run, RegradingSummary summary, Output output)
    {
        int groups = summary.Groups;
        output.Line($"{run.Settings.Name}: {summary.Completions:N0} completions in {groups:N0} groups of {summary.StepRewards.Count:N0} steps");
        output.Line($"mean reward            {summary.OldReward:F3} → {summary.NewReward:F3}");
        output.Line($"groups that teach      {Share(summary.OldInformative, groups)} → {Share(summary.NewInformative, groups)}");
        output.Line($"best completion        changes in {summary.BestChanges:P1} of the groups that have one");
        output.Line($"order inside groups    Spearman {summary.Spearman:F3}, Kendall {summary.Kendall:F3} ({summary.Ranked:N0} groups that teach under both)");
        output.Line($"advantages             move by {summary.MeanMove:F3} on average; {summary.SignChanges:P1} change their sign");
        if (summary.Faults.Count > 0)
        {
            output.Line($"without a new score    {string.Join(", ", summary.Faults.Select(fault => $"{fault.Key} {fault.Value:N0}"))}");
        }

        ShowSteps(summary, output);
        ShowMovers(run, summary, output);
        output.Result(ToJson(summary));
    }

    static void ShowSteps(RegradingSummary summary, Output output)
    {
        int stretch = (summary.StepRewards.Count + MostSteps - 1) / MostSteps;
        var table = new Table().Border(TableBorder.Simple).AddColumns("step", "reward", "new reward");
        foreach (var (step, old, now) in summary.StepRewards.Where((_, i) => i % stretch == 0 || i == summary.StepRewards.Count - 1))
        {
            table.AddRow($"{step}", $"{old:F3}", $"{now:F3}");
        }

        output.Console.Write(table);
    }

    static void ShowMovers(RunReader run, RegradingSummary summary, Output output)
    {
        output.Line(summary.Movers.Count == 0 ? "No advantage changes." : "What moves most:");
        foreach (var one in summary.Movers.Take(MoversShown))
        {
            var prompt = run.Prompts(one.Old.PromptId).FirstOrDefault(found => found.Set == "training");
            output.Line();
            output.Line($"step {one.Step} · {one.Old.PromptId} #{one.Old.Index} · reward {Number(one.Old.Reward)} → {Number(one.New.Reward)} · "
                + $"advantage {one.Old.Advantage:+0.00;−0.00;0} → {one.New.Advantage:+0.00;−0.00;0} · {one.New.Grade.Reason}");
            output.Line($"    prompt: {Visible.OnOneLine(prompt?.Text ?? "")}{(prompt?.Reference is { } reference ? $" (reference: {reference})" : "")}");
            output.Line($"    answer: {Visible.OnOneLine(one.Old.Text)}");
        }
    }

    static string Share(int part, int of) => $"{(double)part / of:P1}";

    static string Number(double? reward) => reward is { } value ? $"{value:0.###}" : "none";

    static JsonObject ToJson(RegradingSummary summary) => new()
    {
        ["completions"] = summary.Completions,
        ["groups"] = summary.Groups,
        ["oldReward"] = Finite(summary.OldReward),
        ["newReward"] = Finite(summary.NewReward),
        ["oldInformativeGroups"] = summary.OldInformative,
        ["newInformativeGroups"] = summary.NewInformative,
        ["bestChanges"] = Finite(summary.BestChanges),
        ["spearman"] = Finite(summary.Spearman),
        ["kendall"] = Finite(summary.Kendall),
        ["rankedGroups"] = summary.Ranked,
        ["meanAdvantageMove"] = Finite(summary.MeanMove),
        ["signChanges"] = Finite(summary.SignChanges),
        ["faults"] = new JsonObject(summary.Faults.Select(fault => KeyValuePair.Create(fault.Key, (JsonNode?)fault.Value))),
        ["steps"] = new JsonArray([.. summary.StepRewards.Select(step => new JsonObject
        {
            ["step"] = step.Step,
            ["old"] = Finite(step.Old),
            ["new"] = Finite(step.New),
        })]),
        ["movers"] = new JsonArray([.. summary.Movers.Select(one => new JsonObject
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
        })]),
    };

    // JSON has no NaN: what cannot be told is null.
    static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
