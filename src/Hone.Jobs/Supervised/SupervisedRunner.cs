using System.Diagnostics;
using Hone.Jobs.Reports;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Supervised;

/// <summary>
/// Runs a job that imitates records, in its folder, fresh or resumed: examples → steps → at each interval the loss on held-out records and a
/// checkpoint → the best adapter and the report. It always trains an adapter; of the hyperparameters those count that both kinds of training have.
/// </summary>
/// <remarks>
/// The record is that of other runs. What such training has none of, such as rewards, is NaN in its metrics. Held-out records are evaluations
/// named "validation" that have a loss and no rollouts, the first of them of the model as it came; the best adapter is the trained one with the
/// lowest loss, without held-out records the last.
/// </remarks>
public sealed class SupervisedRunner : IDisposable
{
    const int Checkpoints = 10;
    const string Validation = "validation";

    readonly RunFolder _folder;
    readonly JobSettings _job;
    readonly SupervisedPlan _plan;
    readonly LanguageModel _model;
    readonly LoraAdapter _adapter;
    readonly SupervisedLoop _loop;
    IRunObserver? _observer;
    TrainingCursor _cursor = new() { Step = 0, Updates = 0 };
    (long Tokens, double Seconds) _before;

    /// <summary>Reads records and model, and plans the memory.</summary>
    /// <param name="weights">The base model's, opened by somebody else who closes them after the run; null: the run opens them for itself.</param>
    /// <exception cref="JobException">No record is left to train on, or the run does not fit its memory.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="ModelFileException">The model or the adapter to start from cannot be used.</exception>
    public SupervisedRunner(RunFolder folder, Device device, Decoder? weights = null)
    {
        (_folder, _job) = (folder, folder.Settings);
        _plan = SupervisedPlan.Open(_job, alreadyThere: weights?.Parameters.Sum(parameter => parameter.Packed?.Bytes ?? 0) ?? 0);
        _model = weights is null ? _plan.Shapes.WithWeights(device) : _plan.Shapes.WithWeights(weights);
        var saved = folder.Resume();
        _adapter = (saved?.Folder ?? _job.StartAdapter) is { } from
            ? LoraAdapter.Load(_model.Decoder, from)
            : LoraAdapter.Create(_model.Decoder, AdapterConfig, _job.Seed);
        _adapter.Train();
        _model.Decoder.Attach(_adapter);
        _loop = new SupervisedLoop(_model.Decoder, _plan.Records.Training, _plan.Settings, _adapter.Parameters, _job.Seed);
        if (saved is { } state)
        {
            _loop.Load(state.Folder, state.Cursor.Step);
            _cursor = state.Cursor;
        }
    }

    public int TotalSteps => _loop.TotalSteps;

    /// <summary>Trains to the end.</summary>
    /// <exception cref="OperationCanceledException">Stopped between two steps; a checkpoint of the last one was written.</exception>
    /// <exception cref="TrainingException">A gradient is not finite; the run's events and its report say so.</exception>
    public void Run(IRunObserver? observer, CancellationToken stop)
    {
        _observer = observer;
        foreach (string note in _plan.Notes.Append(_plan.Memory.Sentence(_model.Decoder.Config.Layers)))
        {
            _folder.Event(0, "info", note);
        }

        try
        {
            Train(stop);
        }
        catch (OperationCanceledException)
        {
            Checkpoint();
            throw;
        }
        catch (TrainingException e)
        {
            _folder.Event(_cursor.Step, "fault", e.Message);
            ReportWriter.Write(_folder);
            throw;
        }

        ReportWriter.Write(_folder);
    }

    public void Dispose()
    {
        _model.Decoder.Attach(null);
        _loop.Dispose();
        _adapter.Dispose();
        _model.Dispose();
        _plan.Dispose();
    }

    AdapterConfig AdapterConfig => new()
    {
        Rank = _job.HyperParameters.LoraRank,
        Alpha = _job.HyperParameters.LoraAlpha,
        TargetModules = _job.HyperParameters.LoraTargetModules,
        BaseModel = _job.BaseModel,
    };

    int Interval => _job.HyperParameters.EvalInterval ?? Math.Max(1, TotalSteps / Checkpoints);

    void Train(CancellationToken stop)
    {
        if (_cursor.LastValidation < 0)
        {
            Evaluate(isTrained: false);
        }

        _observer?.Phase("training", _cursor.Step);
        _loop.Run(AfterStep, stop);
        if (_cursor.Ended is null)
        {
            End();
        }
    }

    void AfterStep(SupervisedMetrics metrics)
    {
        _cursor = _cursor with { Step = metrics.Step + 1, Updates = metrics.Step + 1 };
        int epoch = metrics.Step / Math.Max(1, _plan.Records.Training.Count / _plan.Settings.BatchSize);
        var step = SupervisedRecords.Metrics(metrics, epoch, metrics.Tokens - _before.Tokens, metrics.Seconds - _before.Seconds);
        _folder.Step(step, [], []);
        _before = (metrics.Tokens, metrics.Seconds);
        _observer?.StepDone(step, [], TotalSteps);
        if (_cursor.Step % Interval == 0 && _cursor.Step < TotalSteps)
        {
            var watch = Stopwatch.StartNew();
            Evaluate(isTrained: true);
            _cursor = _cursor with { GoodStep = _cursor.Step };
            Checkpoint();
            _before.Seconds += watch.Elapsed.TotalSeconds;
        }

        if (_cursor.Step < TotalSteps)
        {
            _observer?.Phase("training", _cursor.Step);
        }
    }

    void End()
    {
        Evaluate(isTrained: true);
        if (_plan.Records.Validation.Count == 0)
        {
            _folder.KeepBest(_adapter.Save);
            _cursor = _cursor with { BestStep = _cursor.Step };
        }

        _cursor = _cursor with { Ended = "steps" };
        Checkpoint();
    }

    // The cursor knows rewards: the higher the better.
    void Evaluate(bool isTrained)
    {
        if (_plan.Records.Validation.Count == 0)
        {
            return;
        }

        _observer?.Phase(Validation, _cursor.Step);
        var watch = Stopwatch.StartNew();
        double loss = _loop.Evaluate(_plan.Records.Validation);
        var evaluation = new Evaluation(Validation, _cursor.Step, [], watch.Elapsed.TotalSeconds) { Loss = loss };
        _folder.Evaluation(evaluation);
        _observer?.EvaluationDone(evaluation);
        if (isTrained && -loss > _cursor.BestValidation)
        {
            _folder.KeepBest(_adapter.Save);
            _cursor = _cursor with { BestValidation = -loss, BestStep = _cursor.Step };
        }

        _cursor = _cursor with { LastValidation = _cursor.Step };
    }

    void Checkpoint() => _folder.Checkpoint(_cursor, folder =>
    {
        _adapter.Save(folder);
        _loop.Save(folder);
    });
}
