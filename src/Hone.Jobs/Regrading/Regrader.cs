using Hone.Grading;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Regrading;

/// <summary>Applies another grader to the completions that a run trained on. The run is only read.</summary>
/// <remarks>The advantages are what the run's own settings make of the new scores.</remarks>
public sealed class Regrader
{
    readonly RunReader _run;
    readonly IGrader _grader;
    readonly Dictionary<string, PromptRecord> _prompts;

    /// <exception cref="DataFileException">The run's training data cannot be read.</exception>
    public Regrader(RunReader run, IGrader grader)
    {
        (_run, _grader) = (run, grader);
        _prompts = run.Settings.TrainingData.Read().RecordsOrThrow().ToDictionary(record => record.Id, StringComparer.Ordinal);
    }

    /// <summary>Step after step, each with its completions in their order.</summary>
    /// <exception cref="RunException">The training data lacks a prompt that the run was trained on.</exception>
    public IEnumerable<IReadOnlyList<RegradedRollout>> Steps(CancellationToken stop)
    {
        foreach (var (step, rollouts) in _run.Steps())
        {
            stop.ThrowIfCancellationRequested();
            yield return Step(step, rollouts, stop);
        }
    }

    RegradedRollout[] Step(int step, IReadOnlyList<Rollout> rollouts, CancellationToken stop)
    {
        var settings = _run.Settings.HyperParameters;
        var queue = new GradingQueue(_grader, stop);
        GradingItem[] items = [.. rollouts.Select(rollout => Item(step, rollout, settings))];
        foreach (var item in items)
        {
            queue.Add(item);
        }

        var grades = queue.Finish();
        var graded = RolloutAdvantages.Of(
            settings, [.. rollouts.Zip(items, (rollout, item) => rollout with { Grade = grades[item.Id], Reward = grades[item.Id].Score })]);
        return [.. rollouts.Zip(graded, (old, now) => new RegradedRollout(step, old, now))];
    }

    GradingItem Item(int step, Rollout rollout, TrainingSettings settings) => _prompts.TryGetValue(rollout.PromptId, out var record)
        ? new PreparedPrompt(record, [], 0).Item(
            rollout, settings.TrainingSamplePerPrompt, settings.InferenceMaxTokens, new Occasion("step", step).ToString())
        : throw new RunException($"{_run.Settings.TrainingData} has no prompt '{rollout.PromptId}', which the run was trained on; "
            + "give the run its own data back.");
}
