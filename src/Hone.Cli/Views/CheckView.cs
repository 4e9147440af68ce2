using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Checks;
using Hone.Training.Planning;

namespace Hone.Cli.Views;

/// <summary>What a check found, as a person reads it, and as JSON.</summary>
static class CheckView
{
    const int Bins = 10;

    static readonly int[] _groupSizes = [4, 8, 16];

    public static void Show(PlannedJob plan, CheckReport report, Rehearsal rehearsal, Output output)
    {
        var (lengths, time, _) = rehearsal;
        var settings = plan.Job.HyperParameters;
        Line(output, "Job", $"{plan.Job.Name}: {Path.GetFileName(plan.Job.BaseModel)}, {plan.Shape.Training.Count:N0} prompts of {plan.Shape.Training.Average():F0} tokens, the longest {plan.Shape.Training.Max():N0}");
        string judging = plan.Memory.Judges > 0 ? $", {ByteSize.Text(plan.Memory.Judges)} of it for models that judge" : "";
        Line(output, "Memory", $"{ByteSize.Text(plan.Memory.Total)} of {ByteSize.Text(plan.Memory.Budget)}{judging}");
        Line(output, "A step", $"{PlanView.Seconds(time.PerStep)} for {plan.Shape.PromptsPerStep} × {settings.TrainingSamplePerPrompt} answers of {lengths.Mean:F0} tokens, {lengths.Source}; {rehearsal.Source}");
        Line(output, "The run", $"{time.Steps:N0} steps, {PlanView.Seconds(time.Run)} with evaluations");
        foreach (var judge in report.Judges)
        {
            Line(output, "Judge", Sentence(judge));
        }

        if (report.Base is { } answers)
        {
            ShowBase(answers, settings.Temperature, output);
        }

        output.Line();
        foreach (var finding in report.Findings)
        {
            output.Line($"{Mark(finding.Severity)}  {Visible.Of(finding.ToString())}");
        }

        output.Line(Verdict(report));
    }

    public static JsonObject ToJson(PlannedJob plan, CheckReport report, Rehearsal rehearsal)
    {
        var json = new JsonObject
        {
            ["passed"] = report.Passed,
            ["findings"] = new JsonArray([.. report.Findings.Select(finding => new JsonObject
            {
                ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
                ["kind"] = finding.Kind,
                ["sentence"] = finding.Sentence,
                ["advice"] = finding.Advice,
            })]),
            ["plan"] = PlanView.ToJson(plan, rehearsal),
            ["secondsPerStep"] = rehearsal.Time.PerStep,
            ["judges"] = new JsonArray([.. report.Judges.Select(ToJson)]),
        };
        if (report.Base is { } answers && !double.IsNaN(answers.Mean))
        {
            json["base"] = Base(answers);
        }

        return json;
    }

    static string Sentence(JudgeForecast judge)
    {
        var demand = judge.Demand;
        string tokens = demand is { InputTokens: { } input, OutputTokens: { } written } ? $" of {input:N0} + {written:N0} tokens" : "";
        string cost = judge.CostOfRun is { } run ? $"; {judge.CostPerStep:0.####} a step and {run:0.####} in the run" : "";
        return $"{Visible.Of(demand.Judge)}: {judge.CallsPerStep:N0} questions{tokens} a step, {judge.Calls:N0} in the run{cost}; its time comes on top";
    }

    static JsonObject ToJson(JudgeForecast judge) => new()
    {
        ["judge"] = judge.Demand.Judge,
        ["callsPerStep"] = judge.CallsPerStep,
        ["calls"] = judge.Calls,
        ["inputTokensPerCall"] = judge.Demand.InputTokens,
        ["outputTokensPerCall"] = judge.Demand.OutputTokens,
        ["costPerStep"] = judge.CostPerStep,
        ["cost"] = judge.CostOfRun,
    };

    static JsonObject Base(BaseAnswers answers) => new()
    {
        ["answers"] = answers.All.Count(),
        ["mean"] = answers.Mean,
        ["low"] = Finite(answers.Interval.Low),
        ["high"] = Finite(answers.Interval.High),
        ["meanCool"] = Finite(answers.CoolMean),
        ["histogram"] = new JsonArray([.. Histogram(answers).Select(count => JsonValue.Create(count))]),
        ["signal"] = new JsonObject(_groupSizes.Select(size => KeyValuePair.Create($"{size}", (JsonNode?)SignalForecast.Share(answers.Scores, size)))),
        ["truncatedShare"] = answers.TruncatedShare,
        ["faultShare"] = answers.FaultShare,
        ["tokensMean"] = answers.TokensMean,
    };

    static void ShowBase(BaseAnswers answers, float temperature, Output output)
    {
        var interval = answers.Interval;
        Line(output, "Base model", double.IsNaN(answers.Mean)
            ? "none of its answers could be graded"
            : $"{answers.Mean:0.###} (95 % confidence {interval.Low:0.###} to {interval.High:0.###}, {answers.All.Count():N0} answers to {answers.Groups.Count} prompts at temperature {temperature}); "
                + $"{answers.CoolMean:0.###} at {BaseAnswers.CoolTemperature}");
        if (!double.IsNaN(answers.Mean))
        {
            Line(output, "Prompts", $"{Sparkline.Of([.. Histogram(answers).Select(count => (double)count)], Bins, 0, Histogram(answers).Max())}  from those that it never solves to those that it always solves");
            Line(output, "Signal", "groups whose answers differ in worth: " + string.Join(", ", _groupSizes.Select(size => $"{SignalForecast.Share(answers.Scores, size):P0} of groups of {size}")));
        }
    }

    static int[] Histogram(BaseAnswers answers)
    {
        double[] scores = [.. answers.Scores.SelectMany(group => group)];
        return answers.Histogram(Bins, Math.Min(0, scores.Min()), Math.Max(1, scores.Max()));
    }

    static string Verdict(CheckReport report)
    {
        int problems = report.Findings.Count(finding => finding.Severity == CheckSeverity.Problem);
        int warnings = report.Findings.Count(finding => finding.Severity == CheckSeverity.Warning);
        return problems > 0 ? $"Not ready: {problems} {(problems == 1 ? "problem" : "problems")} to mend first."
            : warnings > 0 ? $"Ready to train, with {warnings} {(warnings == 1 ? "warning" : "warnings")}."
            : "Ready to train.";
    }

    static string Mark(CheckSeverity severity) => severity switch
    {
        CheckSeverity.Problem => "PROBLEM",
        CheckSeverity.Warning => "Warning",
        _ => "Note   ",
    };

    static void Line(Output output, string name, string text) => output.Line($"{name,-12}{text}");

    static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
