using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Training;

namespace Hone.Jobs.Reports;

/// <summary>The record of a run: its steps, faults, settings and machine.</summary>
static class RecordSection
{
    const int MostSteps = 60, MostFaults = 5;

    public static Html Steps(RunReader run)
    {
        var steps = run.Metrics();
        int stretch = Math.Max(1, (steps.Count + MostSteps - 1) / MostSteps);
        var shown = steps.Where((_, index) => index % stretch == 0 || index == steps.Count - 1);
        return Html.Of($"""
            <section id="steps">
            <h2>Steps</h2>
            <p class="lead">{(stretch == 1 ? "Every step" : $"Every {stretch}th step")}; run.db holds all of them, with every completion.</p>
            <details><summary>{steps.Count:N0} steps</summary>
            <div class="scroll"><table class="dense">
            <thead><tr><th>step</th><th>reward</th><th>± std</th><th>right / mixed / wrong</th><th>length</th><th>cut off</th><th>entropy</th><th>gradient</th><th>KL</th><th>clipped</th><th>faults</th><th>waiting for grades</th><th>refills</th><th>resting</th><th>rate</th><th>tokens/s</th><th>trained</th><th>seconds</th></tr></thead>
            <tbody>
            {shown.Select(Step)}
            </tbody></table></div></details>
            </section>
            """);
    }

    static Html Step(StepMetrics step) => Html.Of($"""
        <tr><td>{step.Step}</td><td>{step.RewardMean:F3}</td><td>{step.RewardStd:F3}</td><td>{100 * step.GroupsAllRight:F0} / {100 * step.GroupsMixed:F0} / {100 * step.GroupsAllWrong:F0} %</td><td>{step.LengthMean:F1}</td><td>{100 * step.TruncatedShare:F1} %</td><td>{step.Entropy:F3}</td><td>{step.GradientNorm:F3}</td><td>{step.Kl:0.####}</td><td>{100 * step.ClipShare:F1} %</td><td>{step.Faults}</td><td>{100 * step.GraderWaitShare:F0} %</td><td>{step.Refills}</td><td>{step.PromptsResting}</td><td>{step.LearningRate:0.##E-0}</td><td>{step.SampledTokensPerSecond:N0}</td><td>{step.TrainedTokensPerSecond:N0}</td><td>{step.StepSeconds:F2}</td></tr>

        """);

    public static Html Faults(RunReader run)
    {
        var counts = run.FaultCounts();
        var warnings = run.Events().Where(happened => happened.Kind is "warning" or "fault").ToList();
        var total = counts.Sum(fault => fault.Count);
        return Html.Of($"""
            <section id="faults">
            <h2>Faults</h2>
            <p class="lead">{(total == 0 ? "Every completion got a score." : $"{total:N0} completions got no score ({Kinds(run)}). They are left out of every mean and never count as 0.")}</p>
            {(counts.Count == 0 ? Html.Empty : Html.Of($"""
            <div class="scroll"><table class="words"><tbody>{counts.Take(10).Select(fault => Html.Of($"<tr><td>{fault.Count:N0} times</td><td>{fault.Fault}</td></tr>"))}</tbody></table></div>
            <details><summary>Some of the completions</summary>{run.Faults(MostFaults).Select(Fault)}</details>
            """))}
            {(warnings.Count == 0 ? Html.Empty : Html.Of($"""
            <details><summary>{(warnings.Count == 1 ? "1 warning" : $"{warnings.Count:N0} warnings")}</summary><table class="words"><tbody>{warnings.Take(50).Select(warning => Html.Of($"<tr><td>step {warning.Step}</td><td>{warning.Message}</td></tr>"))}</tbody></table></details>
            """))}
            </section>
            """);
    }

    static string Kinds(RunReader run) => string.Join(", ", run.FaultKinds().Select(kind => $"{kind.Kind}: {kind.Count:N0}"));

    static Html Fault(RecordedRollout recorded) => Html.Of($"""
        <article class="example" style="margin-top:1rem"><header><p class="meta">{recorded.Rollout.PromptId} · {recorded.Phase}, step {recorded.Step} · {recorded.Rollout.Grade.Fault?.ToString()}</p></header>
        <div class="answer"><pre class="model">{recorded.Rollout.Text}</pre></div></article>
        """);

    public static Html Settings(RunReader run)
    {
        var job = JsonNode.Parse(JobFile.ToJson(run.Settings))!.AsObject();
        return Html.Of($"""
            <section id="settings">
            <h2>Settings</h2>
            <p class="lead">Every value that was in effect, also those that the job left to Hone.</p>
            <details><summary>job.json</summary>
            <table class="words"><tbody>{Rows("", job)}</tbody></table></details>
            </section>
            """);
    }

    static IEnumerable<Html> Rows(string path, JsonObject json) => json.SelectMany(pair => pair.Value switch
    {
        JsonObject child => Rows($"{path}{pair.Key}.", child),
        var value => [Html.Of($"<tr><td>{path}{pair.Key}</td><td>{Show(value)}</td></tr>")],
    });

    static string Show(JsonNode? value) => value switch
    {
        null => "–",
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    public static Html Origin(RunReader run)
    {
        var origin = run.Origin;
        string[] next = NextCommands.After(run);
        return Html.Of($"""
            <section id="origin">
            <h2>Made by</h2>
            {(origin is null ? Html.Empty : Html.Of($"""
            <table class="words"><tbody>
            <tr><td>Hone</td><td>{origin.Hone}, seed {run.Settings.Seed}</td></tr>
            <tr><td>Processor</td><td>{origin.Processor}, {origin.Device ?? origin.InstructionSet}</td></tr>
            <tr><td>System</td><td>{origin.OperatingSystem}, {origin.Runtime}</td></tr>
            <tr><td>Run folder</td><td>{run.Path}</td></tr>
            </tbody></table>
            """))}
            {(origin?.Command is { } command ? Html.Of($"""<p style="margin-top:1.4rem">The command that made it:</p><code class="command">{command}</code>""") : Html.Empty)}
            <p>What to type next:</p>
            {next.Select(line => Html.Of($"""<code class="command">{line}</code>"""))}
            </section>
            """);
    }
}
