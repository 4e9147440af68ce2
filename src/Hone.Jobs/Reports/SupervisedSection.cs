using System.Globalization;
using Hone.Training;

namespace Hone.Jobs.Reports;

/// <summary>What the report says of a run that imitates records in place of rewards and verdict.</summary>
static class SupervisedSection
{
    const int MostSteps = 60;

    public static Html Headline(RunReader run)
    {
        double[] heldOut = [.. run.Evaluations().Select(evaluation => evaluation.Loss).OfType<double>()];
        double[] losses = heldOut.Length > 1 ? heldOut : [.. run.Metrics().Select(step => step.Loss)];
        string of = heldOut.Length > 1 ? "held-out records" : "the records";
        return losses.Length < 2
            ? Html.Of($"""<p class="headline plain">{(run.State() == RunState.Running ? "Training is going on." : "There are no steps yet.")}</p>""")
            : Html.Of($"""
                <p class="headline"><span class="from">{Number(losses[0])}</span> <span class="arrow">→</span> <span class="to">{Number(losses[^1])}</span></p>
                <p class="sentence">The loss on {of} went from {Number(losses[0])} to {Number(losses[^1])} nats per token{Best(losses, heldOut.Length > 1)}.</p>
                """);
    }

    public static Html Facts(RunReader run)
    {
        var steps = run.Metrics();
        return Html.Of($"""
            <dl class="facts">
            {VerdictSection.Fact("Steps", $"{steps.Count:N0}", $"{run.Settings.HyperParameters.BatchSize} records each")}
            {VerdictSection.Fact("Time", VerdictSection.Duration(steps.Sum(step => step.StepSeconds) + run.Evaluations().Sum(evaluation => evaluation.Seconds)), "steps and evaluations")}
            {VerdictSection.Fact("Tokens", $"{steps.Sum(step => (long)step.PromptTokens):N0}", "trained on, each as often as it was seen")}
            </dl>
            """);
    }

    public static Html Steps(RunReader run)
    {
        var steps = run.Metrics();
        int stretch = Math.Max(1, (steps.Count + MostSteps - 1) / MostSteps);
        return Html.Of($"""
            <section id="steps">
            <h2>Steps</h2>
            <p class="lead">{(stretch == 1 ? "Every step" : $"Every {stretch}th step")}; run.db holds all of them.</p>
            <details><summary>{steps.Count:N0} steps</summary>
            <div class="scroll"><table class="dense">
            <thead><tr><th>step</th><th>epoch</th><th>loss</th><th>gradient</th><th>rate</th><th>tokens</th><th>seconds</th></tr></thead>
            <tbody>
            {steps.Where((_, index) => index % stretch == 0 || index == steps.Count - 1).Select(Step)}
            </tbody></table></div></details>
            </section>
            """);
    }

    static Html Step(StepMetrics step) => Html.Of($"""
        <tr><td>{step.Step}</td><td>{step.Epoch}</td><td>{step.Loss:F4}</td><td>{step.GradientNorm:F3}</td><td>{step.LearningRate:0.##E-0}</td><td>{step.PromptTokens:N0}</td><td>{step.StepSeconds:F2}</td></tr>

        """);

    static string Best(double[] losses, bool isHeldOut) => isHeldOut && losses.Min() is var best && best < losses[^1] ? $", with its lowest at {Number(best)}" : "";

    static string Number(double loss) => loss.ToString("G3", CultureInfo.InvariantCulture);
}
