using System.Diagnostics;
using Hone.Grading;
using Hone.Models.Sampling;
using Hone.Training.Optimization;
using Hone.Training.Selection;

namespace Hone.Training;

/// <summary>
/// Reinforcement fine-tuning, from top to bottom as docs/training-step.md tells it:
/// prompts → rollouts → grades → advantages → loss and gradients → update → metrics → (validate, checkpoint, decide).
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    readonly TrainingRun _run;
    readonly TrainingSettings _settings;
    readonly IRunRecord _record;
    readonly IRunObserver? _observer;
    readonly EpochOrder _order;
    readonly RolloutSampler _sampler;
    readonly StepDraw _draw;
    readonly Evaluator _evaluator;
    readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();
    Learner _learner;
    TrainingCursor _cursor = new() { Step = 0, Updates = 0 };

    public TrainingLoop(TrainingRun run, IRunRecord record, IRunObserver? observer = null)
    {
        (_run, _settings, _record, _observer) = (run, run.Settings, record, observer);
        _order = new EpochOrder(run.Training.Count, _settings.BatchSize, run.Seed);
        _sampler = new RolloutSampler(run.Model, run.Grader, _settings.GenerationBatch, run.CacheBytes, book: run.Book);
        _draw = new StepDraw(run, _sampler);
        _evaluator = new Evaluator(
            _sampler, run.Seed, 1, _settings.InferenceMaxTokens, new SamplingSettings { Temperature = _settings.Temperature });
        TotalSteps = _order.TotalSteps(_settings.EpochCount, _settings.MaxSteps);
        _learner = Begin(record.Resume());
    }

    public int TotalSteps { get; }

    /// <summary>Steps made so far.</summary>
    public int StepsDone => _cursor.Step;

    /// <summary>Trains until the steps are done or validation stands still; the best adapter is in the run's record.</summary>
    /// <exception cref="OperationCanceledException">Stopped; a checkpoint of the last whole step was written.</exception>
    /// <exception cref="GradingFaultException">The grader fails too often; a checkpoint of the last whole step was written.</exception>
    /// <exception cref="GradingPausedException">The grader asks for a pause; a checkpoint of the last whole step was written.</exception>
    /// <exception cref="UnstableException">Going back and a lower learning rate did not mend it; the run's record keeps its last checkpoint.</exception>
    public TrainingCursor Run(CancellationToken stop)
    {
        try
        {
            // A run that was stopped in the validation of its last step has no step left to make.
            FinishStep(stop);
            while (_cursor.Ended is null)
            {
                try
                {
                    Step(stop);
                    FinishStep(stop);
                }
                catch (UnstableException e) when (_cursor.Rollbacks < _settings.SelfHealing.MaxRollbacks)
                {
                    GoBack(e.What);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or GradingFaultException or GradingPausedException)
        {
            Checkpoint();
            throw;
        }

        return _cursor;
    }

    public void Dispose()
    {
        _learner.Dispose();
        _sampler.Dispose();
    }

    void Step(CancellationToken stop)
    {
        int step = _cursor.Step;
        var clock = Stopwatch.StartNew();
        _observer?.Phase("sampling", step);
        var drawn = _draw.Take(step, Policy(), _observer, stop);
        _run.FaultLimit.Check($"Step {step}", [.. drawn.All]);
        var rollouts = RolloutAdvantages.Of(
            _settings, drawn.Rollouts, _run.Control, () => _learner.ReferenceDrift(drawn.Prompts, drawn.Rollouts));

        _observer?.Phase("training", step);
        double trainingBegan = clock.Elapsed.TotalSeconds;
        double? entropyCoefficient = SteerEntropy(rollouts);
        var learnt = _learner.Learn(drawn.Prompts, rollouts, Rate);
        var metrics = Metrics(step, drawn, rollouts, learnt) with
        {
            SamplingSeconds = drawn.SamplingSeconds,
            GradingSeconds = drawn.GradingSeconds,
            TrainingSeconds = clock.Elapsed.TotalSeconds - trainingBegan,
            StepSeconds = clock.Elapsed.TotalSeconds,
            MemoryMegabytes = Environment.WorkingSet / 1048576.0,
        };
        var watch = _cursor.Watch.After(metrics, drawn.Prompts.Count, _settings.SelfHealing.EntropyFloor);
        watch.Check(metrics);
        _draw.Commit();
        _cursor = _cursor with { Step = step + 1, Updates = _learner.Updates, Watch = watch, EntropyCoefficient = entropyCoefficient };
        TellFaults(metrics, drawn.All.Count());
        _record.Step(metrics, rollouts, drawn.Replaced);
        _observer?.StepDone(metrics, rollouts, TotalSteps);
    }

    StepMetrics Metrics(int step, StepDraw.Result drawn, IReadOnlyList<Rollout> rollouts, Learner.Result learnt)
    {
        var kinds = StepMetricsOf.FaultKinds(drawn.All);
        var (always, never) = _draw.Settled();
        return StepMetricsOf.Step(rollouts, _settings.TrainingSamplePerPrompt) with
        {
            Step = step,
            Epoch = drawn.Pass,
            Faults = kinds.Values.Sum(),
            FaultKinds = kinds,
            InformativeShare = drawn.InformativeShare,
            Refills = drawn.Refills,
            PromptsResting = _draw.Resting,
            PromptsAlwaysRight = always,
            PromptsNeverRight = never,
            Loss = learnt.Metrics.Loss,
            Entropy = learnt.Metrics.Entropy,
            Kl = learnt.Metrics.Kl,
            ClipShare = learnt.Metrics.ClipRegion,
            EntropyCoefficient = _learner.EntropyCoefficient,
            GradientNorm = learnt.GradientNorm,
            SamplerTrainerDifference = learnt.SamplerDifference,
            LearningRate = _settings.LearningRate * Rate(_learner.Updates - 1),
            PromptTokens = drawn.Prompts.Sum(prompt => prompt.Tokens.Length),
        };
    }

    // Sets the weight of this step's entropy bonus and returns what the next step's begins with.
    double? SteerEntropy(IReadOnlyList<Rollout> rollouts)
    {
        if (_settings.Loss.EntropyControl is not { } control)
        {
            return null;
        }

        double entropy = RolloutAdvantages.Entropy(rollouts), coefficient = _cursor.EntropyCoefficient ?? _settings.Loss.EntropyCoefficient;
        _learner.EntropyCoefficient = control.Applied(coefficient, entropy);
        return control.Next(coefficient, entropy);
    }

    void TellFaults(StepMetrics metrics, int completions)
    {
        if (metrics.Faults > 0)
        {
            string kinds = string.Join(", ", metrics.FaultKinds.Select(kind => $"{kind.Value} {kind.Key}"));
            _record.Event(metrics.Step, "warning", $"{metrics.Faults} of {completions} completions got no score: {kinds}.");
        }
    }

    void FinishStep(CancellationToken stop)
    {
        if (_cursor.Ended is null)
        {
            ValidateWhenDue(stop);
            _cursor = _cursor with { Ended = EndReason() };
            KeepLastWithoutBest();
            CheckpointWhenDue();
        }
    }

    bool IsDue => _cursor.Step % _settings.EvalIntervalFor(_order.StepsPerEpoch) == 0;

    void ValidateWhenDue(CancellationToken stop)
    {
        int step = _cursor.Step;
        if (!(IsDue || step == TotalSteps) || _run.Validation.Count == 0 || _cursor.LastValidation == step)
        {
            return;
        }

        _evaluator.Policy = Policy();
        var evaluation = _evaluator.Run("validation", step, _run.Validation, _observer, stop);
        _run.FaultLimit.Check($"Validation after step {step}", evaluation.Rollouts);
        _record.Evaluation(evaluation);
        _observer?.EvaluationDone(evaluation);
        double reward = _run.ValidationReward(evaluation);
        bool better = reward > _cursor.BestValidation;
        if (better)
        {
            _record.KeepBest(_learner.SaveAdapter);
        }

        _cursor = _cursor with
        {
            LastValidation = step,
            BestValidation = better ? reward : _cursor.BestValidation,
            BestStep = better ? step : _cursor.BestStep,
            EvaluationsWithoutGain = better ? 0 : _cursor.EvaluationsWithoutGain + 1,
        };
    }

    // Without a validation reward nothing says which adapter is best: it is the last.
    void KeepLastWithoutBest()
    {
        if (_cursor.Ended is not null && double.IsNegativeInfinity(_cursor.BestValidation))
        {
            _record.KeepBest(_learner.SaveAdapter);
            _cursor = _cursor with { BestStep = _cursor.Step };
        }
    }

    string? EndReason()
    {
        bool plateau = _settings.EarlyStoppingPatience > 0 && _cursor.EvaluationsWithoutGain >= _settings.EarlyStoppingPatience;
        return _cursor.Step >= TotalSteps ? "steps" : plateau ? "plateau" : null;
    }

    // Where a run would go back to must not depend on time. Beside that: often enough to lose little, seldom enough to cost little.
    void CheckpointWhenDue()
    {
        bool isGood = IsDue && _cursor.GoodStep != _cursor.Step;
        _cursor = isGood ? _cursor with { GoodStep = _cursor.Step } : _cursor;
        if (isGood || _cursor.Ended is not null || _sinceCheckpoint.Elapsed.TotalSeconds > _run.CheckpointSeconds)
        {
            Checkpoint();
        }
    }

    void Checkpoint()
    {
        _record.Checkpoint(_cursor, folder =>
        {
            _learner.Save(folder);
            _draw.Save(folder);
        });
        _sinceCheckpoint.Restart();
    }

    void GoBack(string why)
    {
        var before = _cursor;
        _learner.Dispose();
        _learner = Begin(_record.GoBack(before.GoodStep));
        _cursor = _cursor with
        {
            Rollbacks = before.Rollbacks + 1,
            LearningRateFactor = before.LearningRateFactor * _settings.SelfHealing.LearningRateFactor,
        };
        _record.Event(
            before.Step,
            "warning",
            $"{why} The run went back to step {_cursor.Step} and goes on with {_cursor.LearningRateFactor:0.####} of the learning rate "
            + $"(time {_cursor.Rollbacks} of {_settings.SelfHealing.MaxRollbacks} at most).");
        Checkpoint();
    }

    Learner Begin((TrainingCursor Cursor, string Folder)? saved)
    {
        var learner = new Learner(_run, saved?.Folder);
        if (saved is { } state)
        {
            _draw.Load(state.Folder);
            _cursor = state.Cursor;
        }

        return learner;
    }

    string Policy() => _sampler.Keeps ? _learner.Fingerprint() : "";

    float Rate(int update) => (float)_cursor.LearningRateFactor * LearningRate.ShareAt(
        _settings.LearningRateSchedule, _settings.WarmupSteps, update, (long)TotalSteps * _settings.UpdatesPerBatch);
}
