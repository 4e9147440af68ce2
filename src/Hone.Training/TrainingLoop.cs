using System.Diagnostics;
using Hone.Models;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Training.Optimization;

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
    readonly Evaluator _evaluator;
    readonly PolicyUpdate _update;
    readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();
    LoraAdapter _adapter;
    ParameterOptimizer _optimizer;
    TrainingCursor _cursor = new() { Step = 0, Updates = 0 };

    public TrainingLoop(TrainingRun run, IRunRecord record, IRunObserver? observer = null)
    {
        (_run, _settings, _record, _observer) = (run, run.Settings, record, observer);
        _order = new EpochOrder(run.Training.Count, _settings.BatchSize, run.Seed);
        _sampler = new RolloutSampler(run.Model, run.Grader, _settings.GenerationBatch, run.CacheBytes);
        _evaluator = new Evaluator(
            _sampler, run.Seed, 1, _settings.InferenceMaxTokens, new SamplingSettings { Temperature = _settings.Temperature });
        (_adapter, _optimizer) = Begin(record.Resume());
        _update = new PolicyUpdate(run.Model.Decoder, _adapter, _settings);
        TotalSteps = _order.TotalSteps(_settings.EpochCount, _settings.MaxSteps);
    }

    public int TotalSteps { get; }

    /// <summary>Trains until the steps are done or validation stands still; the best adapter is in the run's record.</summary>
    /// <exception cref="OperationCanceledException">Stopped; a checkpoint of the last whole step was written.</exception>
    /// <exception cref="GradingFaultException">The grader fails too often; a checkpoint of the last whole step was written.</exception>
    /// <exception cref="GradientException">A gradient is not finite; the run's record keeps its last checkpoint.</exception>
    public TrainingCursor Run(CancellationToken stop)
    {
        try
        {
            // A run that was stopped in the validation of its last step has no step left to make.
            FinishStep(stop);
            while (_cursor.Ended is null)
            {
                Step(stop);
                FinishStep(stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or GradingFaultException)
        {
            Checkpoint();
            throw;
        }
        catch (GradientException e)
        {
            _record.Event(_cursor.Step, "fault", e.Message);
            throw;
        }

        return _cursor;
    }

    public void Dispose()
    {
        _run.Model.Decoder.Attach(null);
        _update.Dispose();
        _sampler.Dispose();
        _adapter.Dispose();
    }

    void Step(CancellationToken stop)
    {
        int step = _cursor.Step;
        var watch = Stopwatch.StartNew();
        PreparedPrompt[] prompts = [.. _order.ItemsOf(step).ToArray().Select(i => _run.Training[i])];

        _observer?.Phase("sampling", step);
        var (rollouts, samplingSeconds, gradingSeconds) = _sampler.Sample(
            prompts, SamplingSettings(step), $"step-{step}", _observer is null ? null : _observer.Progress, stop);
        _run.FaultLimit.Check($"Step {step}", rollouts);
        rollouts = [.. rollouts.Select(rollout => rollout with { Reward = _run.RewardOf(step, rollout) })];
        rollouts = RolloutAdvantages.Of(_settings, rollouts, _run.Control, () => _update.ReferenceDrift(TokensOf(prompts), rollouts));

        _observer?.Phase("training", step);
        double trainingBegan = watch.Elapsed.TotalSeconds;
        double? entropyCoefficient = SteerEntropy(rollouts);
        var (result, gradientNorm, difference) = UpdateOn(TokensOf(prompts), rollouts);
        _cursor = _cursor with { Step = step + 1, Updates = _optimizer.Updates, EntropyCoefficient = entropyCoefficient };

        var metrics = StepMetricsOf.Step(rollouts, _settings.TrainingSamplePerPrompt) with
        {
            Step = step,
            Epoch = _order.EpochOf(step),
            Loss = result.Metrics.Loss,
            Entropy = result.Metrics.Entropy,
            Kl = result.Metrics.Kl,
            ClipShare = result.Metrics.ClipRegion,
            EntropyCoefficient = _update.EntropyCoefficient,
            GradientNorm = gradientNorm,
            SamplerTrainerDifference = difference,
            LearningRate = _settings.LearningRate * Rate(_optimizer.Updates - 1),
            PromptTokens = prompts.Sum(prompt => prompt.Tokens.Length),
            SamplingSeconds = samplingSeconds,
            GradingSeconds = gradingSeconds,
            TrainingSeconds = watch.Elapsed.TotalSeconds - trainingBegan,
            StepSeconds = watch.Elapsed.TotalSeconds,
            MemoryMegabytes = Environment.WorkingSet / 1048576.0,
        };
        _record.Step(metrics, rollouts);
        _observer?.StepDone(metrics, rollouts, TotalSteps);
    }

    RolloutSampler.Settings SamplingSettings(int step) => new(
        _settings.TrainingSamplePerPrompt,
        _settings.InferenceMaxTokens,
        new SamplingSettings { Temperature = _settings.Temperature },
        new RandomKey(_run.Seed, RandomPurpose.Completions, (uint)_order.EpochOf(step), 0));

    static int[][] TokensOf(IReadOnlyList<PreparedPrompt> prompts) => [.. prompts.Select(prompt => prompt.Tokens)];

    // Sets the weight of this step's entropy bonus and returns what the next step's begins with.
    double? SteerEntropy(IReadOnlyList<Rollout> rollouts)
    {
        if (_settings.Loss.EntropyControl is not { } control)
        {
            return null;
        }

        double entropy = RolloutAdvantages.Entropy(rollouts), coefficient = _cursor.EntropyCoefficient ?? _settings.Loss.EntropyCoefficient;
        _update.EntropyCoefficient = control.Applied(coefficient, entropy);
        return control.Next(coefficient, entropy);
    }

    (PolicyUpdate.Result Result, double GradientNorm, double Difference) UpdateOn(
        int[][] prompts, IReadOnlyList<Rollout> rollouts)
    {
        var first = _update.Accumulate(prompts, rollouts);
        var (result, norm) = (first, _optimizer.Step(Rate(_optimizer.Updates), _settings.MaxGradientNorm));
        for (int i = 1; i < _settings.UpdatesPerBatch; i++)
        {
            result = _update.Accumulate(prompts, rollouts, i);
            norm = _optimizer.Step(Rate(_optimizer.Updates), _settings.MaxGradientNorm);
        }

        return (result, norm, first.SamplerDifference);
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

    void ValidateWhenDue(CancellationToken stop)
    {
        int step = _cursor.Step;
        bool due = step % _settings.EvalIntervalFor(_order.StepsPerEpoch) == 0 || step == TotalSteps;
        if (!due || _run.Validation.Count == 0 || _cursor.LastValidation == step)
        {
            return;
        }

        var evaluation = _evaluator.Run("validation", step, _run.Validation, _observer, stop);
        _run.FaultLimit.Check($"Validation after step {step}", evaluation.Rollouts);
        _record.Evaluation(evaluation);
        _observer?.EvaluationDone(evaluation);
        double reward = _run.ValidationReward(evaluation);
        bool better = reward > _cursor.BestValidation;
        if (better)
        {
            _record.KeepBest(_adapter.Save);
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
            _record.KeepBest(_adapter.Save);
            _cursor = _cursor with { BestStep = _cursor.Step };
        }
    }

    string? EndReason()
    {
        bool plateau = _settings.EarlyStoppingPatience > 0 && _cursor.EvaluationsWithoutGain >= _settings.EarlyStoppingPatience;
        return _cursor.Step >= TotalSteps ? "steps" : plateau ? "plateau" : null;
    }

    // Often enough to lose little, seldom enough to cost little. When it is written changes no result.
    void CheckpointWhenDue()
    {
        if (_cursor.Ended is not null || _sinceCheckpoint.Elapsed.TotalSeconds > _run.CheckpointSeconds)
        {
            Checkpoint();
        }
    }

    void Checkpoint()
    {
        _record.Checkpoint(_cursor, folder =>
        {
            _adapter.Save(folder);
            _optimizer.Save(folder);
        });
        _sinceCheckpoint.Restart();
    }

    (LoraAdapter Adapter, ParameterOptimizer Optimizer) Begin((TrainingCursor Cursor, string Folder)? saved)
    {
        var decoder = _run.Model.Decoder;
        var adapter = saved is { } from
            ? LoraAdapter.Load(decoder, from.Folder)
            : _run.StartAdapter is { } start ? LoraAdapter.Load(decoder, start)
            : LoraAdapter.Create(decoder, _run.AdapterConfig, _run.Seed);
        adapter.Train();
        decoder.Attach(adapter);
        var optimizer = ParameterOptimizer.AdamW(
            decoder.Device, adapter.Parameters, _settings.LearningRate, new AdamWSettings(WeightDecay: _settings.WeightDecay));
        if (saved is { } state)
        {
            optimizer.Load(state.Folder);
            _cursor = state.Cursor;
        }

        return (adapter, optimizer);
    }

    float Rate(int update) => LearningRate.ShareAt(
        _settings.LearningRateSchedule, _settings.WarmupSteps, update, (long)TotalSteps * _settings.UpdatesPerBatch);
}
