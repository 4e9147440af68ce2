using Hone.Grading;
using Hone.Training.Statistics;

namespace Hone.Training.Monitoring;

/// <summary>
/// A record that looks at what is written: it asks a grader that never trains about each step's completions, keeps its scores beside the
/// reward, and records an event where the reward rises and they do not.
/// </summary>
/// <remarks>Behind a <see cref="QueuedRecord"/> the shadow grader works while the next step is sampled. Nothing here changes the run.</remarks>
/// <param name="record">Where everything is written.</param>
/// <param name="shadow">Null: validation rewards are what the training reward is compared with.</param>
/// <param name="prompts">The training prompts.</param>
/// <param name="settings">Of the run.</param>
/// <param name="history">Steps that the record holds, after it was resumed.</param>
/// <param name="alarm">Told of each alarm; may be called from another thread than the run's.</param>
public sealed class WatchedRecord(
    IRunRecord record, IGrader? shadow, IReadOnlyList<PreparedPrompt> prompts, TrainingSettings settings, Func<IReadOnlyList<StepMetrics>> history,
    Action<string>? alarm) : IRunRecord
{
    /// <summary>The kind of event that an alarm is.</summary>
    public const string Kind = "hacking";

    /// <summary>The metric that holds the shadow grader's score, beside a rollout's grade.</summary>
    public const string ShadowName = "shadow";

    const int Examples = 3;

    readonly Dictionary<string, PreparedPrompt> _prompts = prompts.ToDictionary(prompt => prompt.Record.Id, StringComparer.Ordinal);
    readonly List<StepMetrics> _sinceValidation = [];
    RewardMonitor _steps = NewOfSteps;
    RewardMonitor _validations = NewOfValidations;

    static RewardMonitor NewOfSteps => new(RewardMonitor.StepWidth, "shadow metric");

    static RewardMonitor NewOfValidations => new(RewardMonitor.ValidationWidth, "validation reward");

    public void Event(int step, string kind, string message) => record.Event(step, kind, message);

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced)
    {
        if (shadow is not null)
        {
            (metrics, rollouts) = WithShadow(shadow, metrics, rollouts);
        }

        record.Step(metrics, rollouts, replaced);
        _sinceValidation.Add(metrics);
        Raise(metrics.Step, _steps.Add(PointOf(metrics)), rollouts);
    }

    public void Evaluation(Evaluation evaluation)
    {
        record.Evaluation(evaluation);
        if (shadow is null && evaluation.Name == "validation" && _sinceValidation.Count > 0)
        {
            double[] scores = [.. evaluation.Rollouts.Select(rollout => rollout.Grade.Score).OfType<double>()];
            var rewards = Moments.Of([.. _sinceValidation.Select(step => step.RewardMean)]);
            var point = PointOf(_sinceValidation[^1]) with
            {
                Reward = rewards.Mean,
                RewardError = rewards.Count > 1 ? Math.Sqrt(rewards.SquaredError) : 0,
                Truth = scores.Length > 1 ? scores.Average() : null,
                TruthError = scores.Length > 1 ? Math.Sqrt(Moments.Of(scores).SquaredError) : 0,
            };
            _sinceValidation.Clear();
            Raise(point.Step, _validations.Add(point), []);
        }
    }

    public Evaluation? FindEvaluation(string name, int step) => record.FindEvaluation(name, step);

    public void Checkpoint(TrainingCursor cursor, Action<string> write) => record.Checkpoint(cursor, write);

    public void KeepBest(Action<string> write) => record.KeepBest(write);

    public (TrainingCursor Cursor, string Folder)? Resume()
    {
        var saved = record.Resume();
        Remember();
        return saved;
    }

    public (TrainingCursor Cursor, string Folder) GoBack(int step)
    {
        var saved = record.GoBack(step);
        Remember();
        return saved;
    }

    // What the monitors knew when the steps of the record had been written; nothing is said twice.
    void Remember()
    {
        (_steps, _validations) = (NewOfSteps, NewOfValidations);
        _sinceValidation.Clear();
        foreach (var step in history())
        {
            _steps.Add(PointOf(step));
        }
    }

    (StepMetrics Metrics, IReadOnlyList<Rollout> Rollouts) WithShadow(IGrader grader, StepMetrics metrics, IReadOnlyList<Rollout> rollouts)
    {
        string occasion = $"shadow-{metrics.Step}";
        GradingItem[] items =
            [.. rollouts.Select(rollout => _prompts[rollout.PromptId].Item(rollout, settings.TrainingSamplePerPrompt, settings.InferenceMaxTokens, occasion))];
        var grades = grader.Grade(items, CancellationToken.None).GetAwaiter().GetResult().ToDictionary(grade => grade.Id);
        double?[] scores = [.. items.Select(item => grades[item.Id].Score)];
        var moments = Moments.Of([.. scores.OfType<double>()]);
        return (
            metrics with
            {
                ShadowMean = moments.Count > 0 ? moments.Mean : null,
                ShadowError = moments.Count > 1 ? Math.Sqrt(moments.SquaredError) : 0,
            },
            [.. rollouts.Select((rollout, i) => scores[i] is { } score ? rollout with { Grade = Beside(rollout.Grade, score) } : rollout)]);
    }

    static Grade Beside(Grade grade, double shadow) => grade with { Metrics = [.. grade.Metrics, new(ShadowName, shadow, MetricType.Metric)] };

    static MonitorPoint PointOf(StepMetrics step) => new(
        step.Step, step.RewardMean, step.RewardStd / Math.Sqrt(Math.Max(1, step.Rewards)), step.ShadowMean, step.ShadowError, step.LengthMean, step.Repetition,
        step.Entropy, step.Components);

    void Raise(int step, string? sentence, IReadOnlyList<Rollout> rollouts)
    {
        if (sentence is not null)
        {
            string whole = sentence + Suspects(step, rollouts);
            record.Event(step, Kind, whole);
            alarm?.Invoke(whole);
        }
    }

    // Completions that please the grader most and the shadow least.
    static string Suspects(int step, IReadOnlyList<Rollout> rollouts)
    {
        string[] suspects =
        [
            .. rollouts.Where(rollout => rollout.Reward is not null && Shadow(rollout) is not null)
                .OrderByDescending(rollout => rollout.Reward!.Value - Shadow(rollout)!.Value).Take(Examples).Select(rollout => $"{rollout.PromptId}/{rollout.Index}"),
        ];
        return suspects.Length == 0 ? "" : $" Read {string.Join(", ", suspects)} of step {step}: hone show RUN --step {step}.";
    }

    static double? Shadow(Rollout rollout) =>
        rollout.Grade.Metrics.Where(metric => metric.Name == ShadowName).Select(metric => (double?)metric.Value).FirstOrDefault();
}
