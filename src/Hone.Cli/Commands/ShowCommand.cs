using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Diagnosis;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>hone show RUN: a run's metrics, or the completions of one prompt or one step with their grades and advantages.</summary>
static class ShowCommand
{
    static readonly Argument<string> _run = new("run") { Description = "The run's folder." };
    static readonly Option<string?> _prompt = new("--prompt") { Description = "Id of a prompt: every completion of it, step after step." };
    static readonly Option<int?> _step = new("--step") { Description = "A step: every completion that it trained on." };
    static readonly Option<bool> _faults = new("--faults") { Description = "Completions that could not be graded." };

    public static Command Create()
    {
        var command = new Command("show", "Show a run: metrics, rollouts, faults.") { _run, _prompt, _step, _faults };
        command.SetAction((parsed, _) =>
        {
            using var run = RunReader.Open(parsed.GetRequiredValue(_run));
            Show(parsed, run, new Output(parsed));
            return Task.FromResult(HoneCommand.Success);
        });
        return command;
    }

    static void Show(ParseResult parsed, RunReader run, Output output)
    {
        if (parsed.GetValue(_prompt) is { } prompt)
        {
            ShowPrompt(run, prompt, output);
        }
        else if (parsed.GetValue(_step) is { } step)
        {
            ShowRollouts(run.RolloutsOfStep(step), $"Step {step} has no rollouts in this run.", output);
        }
        else if (parsed.GetValue(_faults))
        {
            ShowRollouts(run.Faults(), "Every completion was graded.", output);
        }
        else
        {
            ShowMetrics(run, output);
        }
    }

    static void ShowPrompt(RunReader run, string id, Output output)
    {
        var known = run.Prompts(id);
        if (known.Count == 0)
        {
            throw new CommandException($"The run has no prompt '{id}'; ids are those of the job's data files.");
        }

        foreach (var prompt in known)
        {
            output.Line($"{prompt.Set} prompt {prompt.Id}");
            output.Line(Visible.Of(prompt.Text));
            output.Line($"reference: {prompt.Reference ?? "none"}");
            output.Line();
        }

        ShowRollouts(run.RolloutsOfPrompt(id), "No step has drawn this prompt yet.", output);
    }

    static void ShowRollouts(IReadOnlyList<RecordedRollout> rollouts, string nothing, Output output)
    {
        if (rollouts.Count == 0)
        {
            output.Line(nothing);
        }

        foreach (var (phase, step, rollout) in rollouts)
        {
            string score = rollout.Grade.Score is { } value ? value.ToString("0.###") : $"none ({rollout.Grade.Fault})";
            output.Line($"{phase} step {step} · {rollout.PromptId} #{rollout.Index} · score {score} · reward {rollout.Reward:0.###} · "
                + $"advantage {rollout.Advantage:+0.00;−0.00;0} · {rollout.Tokens.Length} tokens · {rollout.Grade.Reason}");
            output.Line("    " + Visible.Of(rollout.Text.Trim()).ReplaceLineEndings("\n    "));
        }

        output.Result(new JsonObject { ["rollouts"] = new JsonArray([.. rollouts.Select(ToJson)]) });
    }

    static JsonObject ToJson(RecordedRollout recorded) => new()
    {
        ["phase"] = recorded.Phase,
        ["step"] = recorded.Step,
        ["prompt"] = recorded.Rollout.PromptId,
        ["index"] = recorded.Rollout.Index,
        ["text"] = recorded.Rollout.Text,
        ["score"] = recorded.Rollout.Grade.Score,
        ["fault"] = recorded.Rollout.Grade.Fault?.ToString(),
        ["reason"] = recorded.Rollout.Grade.Reason,
        ["reward"] = recorded.Rollout.Reward,
        ["advantage"] = recorded.Rollout.Advantage,
        ["tokens"] = recorded.Rollout.Tokens.Length,
        ["stop"] = recorded.Rollout.Stop.ToString(),
    };

    static void ShowMetrics(RunReader run, Output output)
    {
        var metrics = run.Metrics();
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "step", "reward", "right/wrong/mixed", "length", "truncated", "entropy", "gradient", "kl", "clip", "difference", "refills", "resting",
            "waiting", "tok/s sampled", "tok/s trained", "s");
        foreach (var m in metrics)
        {
            table.AddRow(
                $"{m.Step}", m.ShadowMean is { } shadow ? $"{m.RewardMean:F3} ({shadow:F3})" : $"{m.RewardMean:F3}", $"{m.GroupsAllRight:F2}/{m.GroupsAllWrong:F2}/{m.GroupsMixed:F2}", $"{m.LengthMean:F1}",
                $"{m.TruncatedShare:P0}", $"{m.Entropy:F3}", $"{m.GradientNorm:F3}", $"{m.Kl:F4}", $"{m.ClipShare:P1}",
                $"{m.SamplerTrainerDifference:0.###}", $"{m.Refills}", $"{m.PromptsResting}", $"{m.GraderWaitShare:P0}",
                $"{m.SampledTokensPerSecond:N0}", $"{m.TrainedTokensPerSecond:N0}", $"{m.StepSeconds:F2}");
        }

        output.Line($"{run.Settings.Name}, seed {run.Settings.Seed}");
        output.Console.Write(table);
        foreach (var evaluation in run.Evaluations())
        {
            output.Line(evaluation.Loss is { } loss
                ? $"{evaluation.Name} after {evaluation.Step} steps: a loss of {loss:F4} per token"
                : $"{evaluation.Name} after {evaluation.Step} steps: {evaluation.RewardMean:F3} over {evaluation.Completions:N0} completions, "
                + $"length {evaluation.LengthMean:F1}, {evaluation.Faults} faults");
        }

        if (run.FaultKinds() is { Count: > 0 } faults)
        {
            output.Line($"without a score: {string.Join(", ", faults.Select(kind => $"{kind.Count} {kind.Kind}"))}; see them: hone show RUN --faults");
        }

        foreach (var happened in run.Events())
        {
            output.Line($"{happened.Kind}: {happened.Message}");
        }

        foreach (string sentence in RunFindings.Of(run))
        {
            output.Line(sentence);
        }

        output.Result(new JsonObject
        {
            ["steps"] = new JsonArray([.. metrics.Select(m => (JsonNode?)System.Text.Json.JsonSerializer.SerializeToNode(m, StepJson.Options))]),
        });
    }
}
