using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Supervised;

/// <summary>
/// Runs a job that imitates records, in its folder, fresh or resumed: examples → steps → at each interval the loss on held-out records and a
/// checkpoint → the best adapter. It always trains an adapter; of the hyperparameters those count that both kinds of training have.
/// </summary>
/// <remarks>
/// The record is that of other runs. What such training has none of, such as rewards, is NaN in its metrics; the validation loss stands in the
/// events, and the best adapter is the one with the lowest, without held-out records the last.
/// </remarks>
public sealed class SupervisedRunner : IDisposable
{
    // Rows of one pass and the weights beyond which activations are computed twice: bounds of memory that change no result.
    const int RowsOfPass = 4096, LargestModelKept = 256 << 20, LongestExample = 4096, Checkpoints = 10;

    readonly RunFolder _folder;
    readonly JobSettings _job;
    readonly LanguageModel _model;
    readonly SupervisedRecords _records;
    readonly SupervisedSettings _settings;
    readonly Action<SupervisedMetrics> _onStep;
    readonly LoraAdapter _adapter;
    readonly SupervisedLoop _loop;
    TrainingCursor _cursor = new() { Step = 0, Updates = 0 };
    (long Tokens, double Seconds) _before;

    /// <param name="model">With weights of its own or a view of them, under the job's template.</param>
    /// <param name="onStep">Called after each step, when its metrics are recorded.</param>
    /// <exception cref="JobException">No record is left to train on.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="ModelFileException">The adapter to start from does not fit.</exception>
    public SupervisedRunner(RunFolder folder, LanguageModel model, Action<SupervisedMetrics> onStep)
    {
        (_folder, _job, _model, _onStep) = (folder, folder.Settings, model, onStep);
        var training = _job.HyperParameters;
        int longest = training.MaxPromptLength ?? Math.Min(LongestExample, model.Decoder.Config.MaxPositions);
        _records = SupervisedRecords.Read(_job, model, longest);
        _settings = Settings(training, longest, _records.Longest);
        if (model.FixLength(_records.Longest) is { } note)
        {
            folder.Event(0, "info", note);
        }

        var saved = folder.Resume();
        _adapter = (saved?.Folder ?? _job.StartAdapter) is { } from ? LoraAdapter.Load(model.Decoder, from) : LoraAdapter.Create(model.Decoder, AdapterConfig, _job.Seed);
        _adapter.Train();
        model.Decoder.Attach(_adapter);
        _loop = new SupervisedLoop(model.Decoder, _records.Training, _settings, _adapter.Parameters, _job.Seed);
        if (saved is { } state)
        {
            _loop.Load(state.Folder, state.Cursor.Step);
            _cursor = state.Cursor;
        }
    }

    public int TotalSteps => _loop.TotalSteps;

    /// <summary>Trains to the end.</summary>
    /// <exception cref="OperationCanceledException">Stopped between two steps; a checkpoint of the last one was written.</exception>
    /// <exception cref="GradientException">A gradient is not finite.</exception>
    public void Run(CancellationToken stop)
    {
        foreach (string note in _records.Notes)
        {
            _folder.Event(0, "info", note);
        }

        try
        {
            _loop.Run(AfterStep, stop);
        }
        catch (OperationCanceledException)
        {
            Checkpoint();
            throw;
        }

        if (_cursor.Ended is null)
        {
            End();
        }
    }

    public void Dispose()
    {
        _model.Decoder.Attach(null);
        _loop.Dispose();
        _adapter.Dispose();
    }

    AdapterConfig AdapterConfig => new()
    {
        Rank = _job.HyperParameters.LoraRank,
        Alpha = _job.HyperParameters.LoraAlpha,
        TargetModules = _job.HyperParameters.LoraTargetModules,
        BaseModel = _job.BaseModel,
    };

    int Interval => _job.HyperParameters.EvalInterval ?? Math.Max(1, TotalSteps / Checkpoints);

    SupervisedSettings Settings(TrainingSettings training, int longest, int longestExample) => new()
    {
        EpochCount = training.EpochCount,
        MaxSteps = training.MaxSteps,
        BatchSize = Math.Min(training.BatchSize, _records.Training.Count),
        LearningRate = training.LearningRate,
        LearningRateSchedule = training.LearningRateSchedule,
        WarmupSteps = training.WarmupSteps,
        WeightDecay = training.WeightDecay,
        MaxGradientNorm = training.MaxGradientNorm,
        LoraRank = training.LoraRank,
        LoraAlpha = training.LoraAlpha,
        MaxLength = longest,
        SequencesPerMicroBatch = Math.Clamp((training.RowsPerMicroBatch ?? RowsOfPass) / longestExample, 1, 16),
        CheckpointLayers = training.CheckpointLayers
            ?? (_model.Decoder.Parameters.Sum(parameter => parameter.Packed?.Bytes ?? 0) > LargestModelKept ? _model.Decoder.Config.Layers : 0),
    };

    void AfterStep(SupervisedMetrics metrics)
    {
        _cursor = _cursor with { Step = metrics.Step + 1, Updates = metrics.Step + 1 };
        int epoch = metrics.Step / Math.Max(1, _records.Training.Count / _settings.BatchSize);
        _folder.Step(SupervisedRecords.Metrics(metrics, epoch, metrics.Tokens - _before.Tokens, metrics.Seconds - _before.Seconds), [], []);
        _before = (metrics.Tokens, metrics.Seconds);
        _onStep(metrics);
        if (_cursor.Step % Interval == 0 && _cursor.Step < TotalSteps)
        {
            Validate();
            _cursor = _cursor with { GoodStep = _cursor.Step };
            Checkpoint();
        }
    }

    void End()
    {
        Validate();
        if (_records.Validation.Count == 0)
        {
            _folder.KeepBest(_adapter.Save);
            _cursor = _cursor with { BestStep = _cursor.Step };
        }

        _cursor = _cursor with { Ended = "steps" };
        Checkpoint();
    }

    // The cursor knows rewards: the higher the better.
    void Validate()
    {
        if (_records.Validation.Count == 0)
        {
            return;
        }

        double loss = _loop.Evaluate(_records.Validation);
        _folder.Event(_cursor.Step, "info", FormattableString.Invariant($"validation loss after step {_cursor.Step}: {loss:F4}"));
        if (-loss > _cursor.BestValidation)
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
