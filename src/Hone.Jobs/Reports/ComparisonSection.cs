using Hone.Training;

namespace Hone.Jobs.Reports;

/// <summary>Base against tuned model in numbers, and every other evaluation but those of the validation curve.</summary>
static class ComparisonSection
{
    public static Html Write(RunReader run, Evaluation? baseline, Evaluation? tuned, Verdict? verdict) => Html.Of($"""
        <section id="comparison">
        <h2>Base against tuned</h2>
        {(baseline is not null && tuned is not null && verdict is not null ? Table(baseline, tuned, verdict) : Html.Of($"""<p class="empty">Base and tuned model have not both been evaluated.</p>"""))}
        {Others(run)}
        </section>
        """);

    static Html Table(Evaluation baseline, Evaluation tuned, Verdict verdict) => Html.Of($"""
        <p class="lead">{Samples(tuned)} The difference is paired: each prompt is compared with itself. Intervals hold with 95 % confidence.</p>
        <div class="scroll"><table>
        <thead><tr><th></th><th>base</th><th>tuned</th><th>difference</th></tr></thead>
        <tbody>
        <tr><td>{(verdict.IsGraded ? "mean score" : "accuracy")}</td><td>{Cell(verdict, verdict.Base)}</td><td>{Cell(verdict, verdict.Tuned)}</td><td>{VerdictSection.Change(verdict, verdict.Difference.Value)}<br><small>{VerdictSection.Range(verdict, verdict.Difference.Interval)}</small></td></tr>
        {Row("mean length, tokens", baseline.LengthMean, tuned.LengthMean, "0.0")}
        {Row("mean entropy, nats", baseline.Entropy, tuned.Entropy, "0.000")}
        {Row("cut off at the limit, %", 100 * CutOff(baseline), 100 * CutOff(tuned), "0.0")}
        {Row("without a score", baseline.Faults, tuned.Faults, "0")}
        {Row("seconds", baseline.Seconds, tuned.Seconds, "0.0")}
        </tbody></table></div>
        """);

    static string Samples(Evaluation evaluation)
    {
        int prompts = evaluation.Rollouts.DistinctBy(rollout => rollout.PromptId).Count();
        int each = prompts == 0 ? 0 : evaluation.Rollouts.Count / prompts;
        return $"{prompts:N0} prompts, {each} completion{(each == 1 ? "" : "s")} each.";
    }

    static Html Cell(Verdict verdict, Accuracy accuracy) => Html.Of($"""
        {VerdictSection.Value(verdict, accuracy.Value)}<br><small>{VerdictSection.Value(verdict, accuracy.Interval.Low)} to {VerdictSection.Value(verdict, accuracy.Interval.High)}</small>
        """);

    static Html Row(string name, double from, double to, string format)
    {
        string change = (to - from).ToString($"+{format};−{format};{format}");
        return Html.Of($"<tr><td>{name}</td><td>{from.ToString(format)}</td><td>{to.ToString(format)}</td><td>{change}</td></tr>\n");
    }

    static double CutOff(Evaluation evaluation) =>
        evaluation.Rollouts.Select(rollout => rollout.Stop == StopReason.MaxTokens ? 1.0 : 0).DefaultIfEmpty(0).Average();

    static Html Others(RunReader run)
    {
        var others = run.Evaluations().Where(evaluation => evaluation.Name is not ("base" or "tuned" or "validation")).ToList();
        return others.Count == 0 ? Html.Empty : Html.Of($"""
            <h3 style="margin-top:2rem">Other evaluations</h3>
            <div class="scroll"><table>
            <thead><tr><th>name</th><th>after step</th><th>score</th><th>95 % interval</th><th>prompts</th><th>mean length</th></tr></thead>
            <tbody>{others.Select(other => Other(run, other))}</tbody></table></div>
            """);
    }

    static Html Other(RunReader run, EvaluationSummary other)
    {
        var accuracy = Accuracy.Of(run.Evaluation(other.Name, other.Step)!);
        return Html.Of($"""
            <tr><td>{other.Name}</td><td>{other.Step}</td><td>{accuracy.Value:F3}</td><td>{accuracy.Interval.Low:F3} to {accuracy.Interval.High:F3}</td><td>{accuracy.N:N0}</td><td>{other.LengthMean:F1}</td></tr>
            """);
    }
}
