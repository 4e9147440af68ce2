using System.Diagnostics;
using Hone.Grading;
using Hone.Jobs.Checks;
using Hone.Jobs.Reports;
using Hone.Models;
using Hone.Models.Sampling;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Measurement;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Judging;
using Hone.Training.Monitoring;
using Hone.Training.Planning;

namespace Hone.Jobs;

/// <summary>
/// Runs a job in its folder, fresh or resumed: data → base model on the held-out prompts → training → tuned model on the same prompts →
/// verdict and report. Each part that the folder already has is not done again.
/// </summary>
public sealed class JobRunner : IDisposable
{
    /// <summary>The evaluation of the model as it came.</summary>
    public const string BaseName = "base";

    /// <summary>The base model with <see cref="EvaluationSettings.BannedFirst"/> kept from beginning its answers.</summary>
    public const string BannedName = "base, made to work";

    /// <summary>The evaluation of the best adapter.</summary>
    public const string TunedName = "tuned";

    const int CheckedPrompts = 8;

    readonly RunFolder _folder;
    readonly JobSettings _job;
    readonly PlannedJob _plan;
    readonly LanguageModel _model;
    readonly GuardedGrader _grader;
    readonly GuardedGrader? _shadow;
    readonly JobData _data;
    IRunObserver? _observer;

    /// <summary>Reads model and data; writes nothing.</summary>
    /// <param name="weights">The base model's, opened by somebody else who closes them after the run; null: the run opens them for itself.</param>
    /// <exception cref="ModelFileException">The model cannot be used.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="JobException">No prompt is left to train on, or the run does not fit its memory.</exception>
    public JobRunner(RunFolder folder, Device device, Decoder? weights = null)
    {
        (_folder, _job) = (folder, folder.Settings);
        _plan = PlannedJob.Open(_job, alreadyThere: weights?.Parameters.Sum(parameter => parameter.Packed?.Bytes ?? 0) ?? 0);
        if (_plan.Misfit() is { } problem)
        {
            _plan.Dispose();
            throw new JobException(_job.Name, [problem]);
        }

        _data = _plan.Data;
        _model = weights is null ? _plan.Shapes.WithWeights(device) : _plan.Shapes.WithWeights(weights);
        var context = new GraderContext(folder.Path) { Tell = sentence => folder.Event(0, "warning", sentence) };
        _grader = _job.Grader.BuildGuarded(context);
        _shadow = _job.ShadowGrader?.BuildGuarded(context, "shadowGrader");
    }

    /// <summary>What came of the run. The verdict is null without held-out data, the peak where the system does not tell.</summary>
    public sealed record Result(Verdict? Verdict, TrainingCursor Cursor, double Seconds, long? PeakBytes);

    /// <summary>Try the reward on answers of known worth before training begins. It costs some hundred grades.</summary>
    public bool ChecksReward { get; init; } = true;

    /// <summary>What computes, in words.</summary>
    public string Device => _model.Decoder.Device.Description;

    /// <summary>What was left out of the data and what the grader has to say before it is asked, in sentences.</summary>
    public IReadOnlyList<string> Notes => [.. _data.Notes, .. _grader.Notes, .. _shadow?.Notes ?? []];

    /// <summary>Layers of the model (L).</summary>
    public int Layers => _model.Decoder.Config.Layers;

    /// <summary>The memory that the run was given.</summary>
    public MemoryPlan Memory => _plan.Memory;

    /// <exception cref="OperationCanceledException">Stopped; the run can be resumed.</exception>
    /// <exception cref="GradingPausedException">The grader asks for a pause; the run can be resumed.</exception>
    /// <exception cref="TrainingException">The grader fails too often, or training is unstable; the run's events and its report say so.</exception>
    public Result Run(IRunObserver? observer, CancellationToken stop)
    {
        _observer = observer;
        var watch = Stopwatch.StartNew();
        _folder.Prompts(_data.ForTheRecord());
        foreach (string sentence in Notes.Append(Memory.Sentence(Layers)))
        {
            _folder.Event(0, "info", sentence);
        }

        var before = Evaluate(BaseName, 0, _data.Test, [], stop);
        if (_job.Evaluation.BannedFirst.Count > 0)
        {
            Evaluate(BannedName, 0, _data.Test, _job.BannedTokens(_model.Tokenizer), stop);
        }

        CheckReward(before, stop);
        var cursor = Train(stop);
        var after = EvaluateTuned(cursor, _data.Test, stop);
        _folder.ForgetKept();
        double seconds = watch.Elapsed.TotalSeconds;
        var verdict = before is null || after is null ? null : Verdict.Of(before, after);
        long? peak = ResidentMemory.Peak;
        if (peak is { } bytes)
        {
            _folder.Event(cursor.Step, "info", $"memory: {ByteSize.Text(bytes)} at most, {ByteSize.Text(Memory.Total)} planned.");
        }

        ReportWriter.Write(_folder);
        return new Result(verdict, cursor, seconds, peak);
    }

    public void Dispose()
    {
        _grader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _shadow?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _model.Dispose();
        _plan.Dispose();
    }

    // With the base model's answers, which are there anyway. A run that goes on has been checked.
    void CheckReward(Evaluation? before, CancellationToken stop)
    {
        if (!ChecksReward || before is null || _folder.Metrics().Count > 0)
        {
            return;
        }

        foreach (var finding in JobCheck.OfGrader(_grader, _data.Test, before.Rollouts, CheckedPrompts, _job.HyperParameters.InferenceMaxTokens, stop))
        {
            _folder.Event(0, "check", finding.ToString());
            _observer?.Warned(finding.ToString());
        }
    }

    TrainingCursor Train(CancellationToken stop)
    {
        var run = new TrainingRun
        {
            Model = _model,
            Grader = _grader,
            Settings = Memory.Apply(_job.HyperParameters),
            CacheBytes = Memory.CacheLimit,
            Seed = _job.Seed,
            Training = _data.Training,
            Validation = _data.Validation,
            Control = _job.Control,
            Book = _folder,
            StartAdapter = _job.StartAdapter,
        };
        using var record = new QueuedRecord(new WatchedRecord(
            _folder, _shadow, _data.Training, run.Settings, _folder.Metrics, sentence => _observer?.Warned(sentence)));
        using var loop = new TrainingLoop(run, record, _observer);
        try
        {
            return loop.Run(stop);
        }
        catch (Exception e) when (e is TrainingException or GradingPausedException)
        {
            record.Event(loop.StepsDone, e is GradingPausedException ? "warning" : "fault", e.Message);
            record.Flush();
            ReportWriter.Write(_folder);
            throw;
        }
    }

    Evaluation? EvaluateTuned(TrainingCursor cursor, IReadOnlyList<PreparedPrompt> test, CancellationToken stop)
    {
        using var adapter = LoraAdapter.Load(_model.Decoder, _folder.BestFolder);
        _model.Decoder.Attach(adapter);
        try
        {
            return Evaluate(TunedName, cursor.BestStep, test, [], stop);
        }
        finally
        {
            _model.Decoder.Attach(null);
        }
    }

    Evaluation? Evaluate(
        string name, int step, IReadOnlyList<PreparedPrompt> prompts, IReadOnlyList<int> bannedFirst, CancellationToken stop)
    {
        if (prompts.Count == 0)
        {
            return null;
        }

        if (_folder.FindEvaluation(name, step) is { } stored)
        {
            return stored;
        }

        var sampling = new SamplingSettings { Temperature = _job.Evaluation.Temperature };
        // A sampler of its own, so that its cache is gone while the run trains.
        using var sampler = new RolloutSampler(_model, _grader, _job.HyperParameters.GenerationBatch, Memory.CacheLimit, book: _folder);
        var evaluator = new Evaluator(sampler, _job.Seed, _job.Evaluation.SamplesPerPrompt, _job.HyperParameters.InferenceMaxTokens, sampling)
        {
            BannedFirstTokens = bannedFirst,
        };
        var evaluation = evaluator.Run(name, step, prompts, _observer, stop);
        CheckFaults(evaluation);
        _folder.Evaluation(evaluation);
        _observer?.EvaluationDone(evaluation);
        return evaluation;
    }

    void CheckFaults(Evaluation evaluation)
    {
        try
        {
            new FaultLimit(_job.HyperParameters.MaxFaultShare).Check($"Evaluation '{evaluation.Name}'", evaluation.Rollouts);
        }
        catch (GradingFaultException e)
        {
            _folder.Event(evaluation.Step, "fault", e.Message);
            throw;
        }
    }
}
