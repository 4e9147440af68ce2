using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Diagnosis;
using Hone.Training.Planning;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>What a run came to: accuracies, the paired difference, problems that went from wrong to right, and where to look next.</summary>
static class VerdictView
{
    const int Examples = 3;

    public static void Show(RunFolder run, JobRunner.Result result, MemoryPlan plan, Output output)
    {
        using var reader = RunReader.Open(run.Path);
        output.Line();
        if (result.Verdict is { } verdict)
        {
            ShowAccuracies(reader, verdict, output);
            ShowExamples(reader, output);
            output.Result(verdict.ToJson(result.Seconds, run.Path));
        }
        else
        {
            output.Line("Training has ended. The job has no testData, so base and tuned model were not compared.");
            output.Result(new JsonObject { ["seconds"] = result.Seconds, ["run"] = run.Path, ["steps"] = result.Cursor.Step });
        }

        foreach (string sentence in RunFindings.Of(reader))
        {
            output.Line(Visible.Of(sentence));
        }

        string reason = result.Cursor.Ended == "plateau" ? "validation no longer rose" : "all steps done";
        output.Line($"{result.Cursor.Step} steps ({reason}), best adapter after step {result.Cursor.BestStep}, {result.Seconds:F1} s.");
        if (result.PeakBytes is { } peak)
        {
            output.Line($"Memory      {ByteSize.Text(peak)} at most, {ByteSize.Text(plan.Total)} planned");
        }

        output.Line($"Run folder  {run.Path}");
        output.Line($"Report      {Path.Combine(run.Path, "report.html")}");
        output.Line($"Next        {NextCommands.After(reader)[0]}");
    }

    static void ShowAccuracies(RunReader reader, Verdict verdict, Output output)
    {
        output.Line($"base   {Percent(verdict.Base)}");
        if (reader.LastEvaluation(JobRunner.BannedName) is { } worked)
        {
            string banned = string.Join("' or '", reader.Settings.Evaluation.BannedFirst);
            output.Line($"       {Percent(Accuracy.Of(worked))} when no answer may begin with '{banned}'");
        }

        output.Line($"tuned  {Percent(verdict.Tuned)}");
        var (value, interval) = (verdict.Difference.Value, verdict.Difference.Interval);
        string relative = verdict.RelativeGain is { } gain ? $", {100 * gain:+0;−0} % relative" : "";
        output.Line($"paired difference {Verdict.Rounded(100 * value, 1):+0.0;−0.0} points (95 % confidence {Verdict.Rounded(100 * interval.Low, 1):+0.0;−0.0} to "
            + $"{Verdict.Rounded(100 * interval.High, 1):+0.0;−0.0}){relative}; {verdict.Wins} problems gained, {verdict.Losses} lost");
        output.Line(verdict.Sentence());
        output.Line();
    }

    static string Percent(Accuracy accuracy) =>
        $"{100 * accuracy.Value,5:F1} %  (95 % confidence {100 * accuracy.Interval.Low:F1} to {100 * accuracy.Interval.High:F1}, n = {accuracy.N:N0})";

    static void ShowExamples(RunReader reader, Output output)
    {
        if (reader.LastEvaluation(JobRunner.BaseName) is not { } before || reader.LastEvaluation(JobRunner.TunedName) is not { } after)
        {
            return;
        }

        var tuned = after.Rollouts.GroupBy(rollout => rollout.PromptId).ToDictionary(group => group.Key, group => group.First());
        var gained = before.Rollouts
            .Where(rollout => rollout.Index == 0 && rollout.Grade.Score is < 1)
            .Select(rollout => (Before: rollout, After: tuned.GetValueOrDefault(rollout.PromptId)))
            .Where(pair => pair.After?.Grade.Score is >= 1)
            .Take(Examples);
        foreach (var (old, now) in gained)
        {
            string prompt = reader.Prompts(old.PromptId).FirstOrDefault(found => found.Set == "test")?.Text ?? old.PromptId;
            output.Markup($"[grey]problem[/]  {Line(prompt)}");
            output.Markup($"[red]base[/]     {Line(old.Text)}");
            output.Markup($"[green]tuned[/]    {Line(now!.Text)}");
            output.Line();
        }
    }

    static string Line(string text) => Markup.Escape(Visible.OnOneLine(text));
}
