using Hone.Jobs.Diagnosis;
using Hone.Training.Statistics;

namespace Hone.Jobs.Reports;

/// <summary>What training changed, at the top of the report.</summary>
static class VerdictSection
{
    public static Html Write(RunReader run, Verdict? verdict)
    {
        var settings = run.Settings;
        return Html.Of($"""
            <header>
            <h1>{settings.Name}</h1>
            <p class="meta">{(settings.Method == TrainingMethod.Supervised ? "Supervised" : "Reinforcement")} fine-tuning of {Path.GetFileName(settings.BaseModel.TrimEnd('/', '\\'))} on {settings.TrainingData.Name}{Began(run)}</p>
            {(settings.Method == TrainingMethod.Supervised ? SupervisedSection.Headline(run) : verdict is null ? Unknown(run) : Known(verdict))}
            {(settings.Control ? Control(run, verdict) : Html.Empty)}
            {Findings(run)}
            {(settings.Method == TrainingMethod.Supervised ? SupervisedSection.Facts(run) : Facts(run, verdict))}
            </header>
            """);
    }

    static Html Known(Verdict verdict) => Html.Of($"""
        <p class="headline"><span class="from">{Value(verdict, verdict.Base.Value)}</span> <span class="arrow">→</span> <span class="to">{Value(verdict, verdict.Tuned.Value)}</span></p>
        <p class="sentence">{verdict.Sentence()}</p>
        {Bars(verdict)}
        """);

    static Html Findings(RunReader run) => Html.Join(RunFindings.Of(run).Select(sentence => Html.Of($"""<div class="notice"><p>{sentence}</p></div>""")));

    static Html Unknown(RunReader run) => Html.Of($"""
        <p class="headline plain">{(run.State() == RunState.Running ? "Training is going on." : "There is no verdict yet.")}</p>
        <p class="sentence">Base and tuned model have not both been evaluated on the same prompts; the curves below show how far training has come.</p>
        """);

    static Html Control(RunReader run, Verdict? verdict)
    {
        var steps = run.Metrics();
        string moved = verdict is null ? "The run has not been judged yet."
            : verdict.Difference.Interval is { Low: <= 0, High: >= 0 } ? "Nothing was: the interval of the difference includes 0."
            : "The difference is real all the same: its cause is something other than the reward.";
        string rewards = steps.Count == 0 ? "" : $" Over all steps the coin paid {steps.Average(step => step.RewardMean):F3} on average, and the true score was {steps.Average(step => step.ScoreMean):F3}.";
        return Html.Of($"""
            <div class="notice"><p><strong>This is a control run.</strong> Its reward was a coin flip and the grader only watched, so nothing should have been learnt. {moved}{rewards}{Beside(run, verdict)}</p></div>
            """);
    }

    // What the same job gained with its true reward, where that run lies beside this one.
    static string Beside(RunReader run, Verdict? verdict)
    {
        if (verdict is null || TrueRun.Of(run) is not { } real)
        {
            return " Run the same job without --control into the same folder, and the two gains stand here side by side.";
        }

        double share = verdict.Difference.Value / real.Verdict.Difference.Value;
        return $" The true run of the same job and seed, {Path.GetFileName(real.Path)}, gained {Change(real.Verdict, real.Verdict.Difference.Value)}; "
            + $"this one gained {Change(verdict, verdict.Difference.Value)}, {100 * share:F0} % of that.";
    }

    static Html Facts(RunReader run, Verdict? verdict)
    {
        var steps = run.Metrics();
        double seconds = steps.Sum(step => step.StepSeconds) + run.Evaluations().Sum(evaluation => evaluation.Seconds);
        Html[] ofVerdict = verdict is null ? [] :
        [
            Fact("Difference", Change(verdict, verdict.Difference.Value), Range(verdict, verdict.Difference.Interval)),
            Fact("Relative gain", verdict.RelativeGain is { } gain ? $"{100 * gain:+0;−0} %" : "–", verdict.RelativeGain is null ? "the base scored nothing" : "of the base's score"),
            Fact("Better, worse", $"{verdict.Wins:N0}, {verdict.Losses:N0}", $"of {verdict.Base.N:N0} prompts"),
        ];
        return Html.Of($"""
            <dl class="facts">{ofVerdict}
            {Fact("Steps", $"{steps.Count:N0}", $"{run.Settings.HyperParameters.BatchSize} × {run.Settings.HyperParameters.TrainingSamplePerPrompt} completions each")}
            {Fact("Time", Duration(seconds), "steps and evaluations")}
            {Fact("Waiting for grades", $"{100 * steps.Sum(step => step.GradingSeconds) / Math.Max(1e-9, steps.Sum(step => step.StepSeconds)):F0} %", "of the steps' time")}
            {Fact("Sampler − trainer", steps.Count == 0 ? "–" : $"{steps.Max(step => step.SamplerTrainerDifference):G3}", "largest difference, must be 0")}
            </dl>
            """);
    }

    internal static Html Fact(string name, string value, string remark) =>
        Html.Of($"""<div><dt>{name}</dt><dd>{value}<small>{remark}</small></dd></div>""");

    /// <summary>Two bars on a scale from 0 to 1, or to the larger bound, with their confidence intervals.</summary>
    static Html Bars(Verdict verdict)
    {
        double most = Math.Max(verdict.IsGraded ? 0 : 1, Math.Max(verdict.Base.Interval.High, verdict.Tuned.Interval.High));
        double least = Math.Min(0, Math.Min(verdict.Base.Interval.Low, verdict.Tuned.Interval.Low));
        if (!double.IsFinite(most - least) || most <= least)
        {
            return Html.Empty;
        }

        double X(double value) => 60 + 640 * (value - least) / (most - least);
        Html Bar(string name, string kind, Accuracy accuracy, int y) => Html.Of($"""
            <text x="0" y="{y + 17}">{name}</text><rect class="{kind}" x="{X(0):F1}" y="{y}" width="{Math.Max(0, X(accuracy.Value) - X(0)):F1}" height="24" rx="3"/>
            <path class="whisker" d="M{X(accuracy.Interval.Low):F1} {y + 12}H{X(accuracy.Interval.High):F1}M{X(accuracy.Interval.Low):F1} {y + 7}v10M{X(accuracy.Interval.High):F1} {y + 7}v10"/>
            """);
        var ticks = Enumerable.Range(0, 5).Select(i => least + i * (most - least) / 4).Select(tick => Html.Of($"""
            <line class="grid" x1="{X(tick):F1}" x2="{X(tick):F1}" y1="0" y2="66"/><text class="tick" x="{X(tick):F1}" y="82" text-anchor="middle">{Tick(verdict, tick)}</text>
            """));
        return Html.Of($"""
            <svg class="bars" viewBox="0 0 720 88" role="img" aria-label="Base and tuned model with 95 % confidence intervals">
            {ticks}{Bar("base", "base", verdict.Base, 4)}{Bar("tuned", "tuned", verdict.Tuned, 36)}
            </svg>
            """);
    }

    static string Began(RunReader run) => run.Origin is { } origin ? $", begun {origin.Created:d MMMM yyyy, HH:mm} UTC" : "";

    static string Tick(Verdict verdict, double value) => verdict.IsGraded ? $"{value:0.##}" : $"{100 * value:0} %";

    internal static string Value(Verdict verdict, double value) => verdict.IsGraded ? $"{value:F3}" : $"{100 * value:F1} %";

    internal static string Change(Verdict verdict, double value) =>
        verdict.IsGraded ? $"{Verdict.Rounded(value, 3):+0.000;−0.000}" : $"{Verdict.Rounded(100 * value, 1):+0.0;−0.0} points";

    internal static string Range(Verdict verdict, Interval interval) => !double.IsFinite(interval.Low) ? "too few prompts for an interval"
        : verdict.IsGraded ? $"95 %: {Verdict.Rounded(interval.Low, 3):+0.000;−0.000} to {Verdict.Rounded(interval.High, 3):+0.000;−0.000}"
        : $"95 %: {Verdict.Rounded(100 * interval.Low, 1):+0.0;−0.0} to {Verdict.Rounded(100 * interval.High, 1):+0.0;−0.0}";

    internal static string Duration(double seconds) =>
        seconds < 120 ? $"{seconds:0} s" : seconds < 7200 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.0} h";
}
