using System.Diagnostics;
using Hone.Grading;
using Hone.Jobs.Reports;
using Hone.Models;
using Hone.Models.Sampling;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data;

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

    // A rule grader takes microseconds; this is for what hangs.
    static readonly TimeSpan _graderDeadline = TimeSpan.FromMinutes(5);

    readonly RunFolder _folder;
    readonly JobSettings _job;
    readonly LanguageModel _model;
    readonly GuardedGrader _grader;
    readonly RolloutSampler _sampler;
    readonly JobData _data;
    IRunObserver? _observer;

    /// <summary>Reads model and data; writes nothing.</summary>
    /// <exception cref="ModelFileException">The model cannot be used.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="JobException">No prompt is left to train on.</exception>
    public JobRunner(RunFolder folder, Device device)
    {
        (_folder, _job) = (folder, folder.Settings);
        _model = LanguageModel.Load(_job.BaseModel, device);
        _data = JobData.Load(_job, _model);
        _grader = new GuardedGrader(_job.Grader.Build(), "grader", _graderDeadline);
        _sampler = new RolloutSampler(_model, _grader, _job.HyperParameters.GenerationBatch);
    }

    /// <summary>What came of the run. The verdict is null without held-out data.</summary>
    public sealed record Result(Verdict? Verdict, TrainingCursor Cursor, double Seconds);

    /// <summary>What computes, in words.</summary>
    public string Device => _model.Decoder.Device.Description;

    /// <summary>What was left out of the data, in sentences.</summary>
    public IReadOnlyList<string> Notes => _data.Notes;

    /// <exception cref="OperationCanceledException">Stopped; the run can be resumed.</exception>
    /// <exception cref="TrainingException">The grader fails too often, or a gradient is not finite.</exception>
    public Result Run(IRunObserver? observer, CancellationToken stop)
    {
        _observer = observer;
        var watch = Stopwatch.StartNew();
        _folder.Prompts(_data.ForTheRecord());
        foreach (string sentence in _data.Notes)
        {
            _folder.Event(0, "info", sentence);
        }

        var before = Evaluate(BaseName, 0, _data.Test, [], stop);
        if (_job.Evaluation.BannedFirst.Count > 0)
        {
            Evaluate(BannedName, 0, _data.Test, BannedTokens(), stop);
        }

        var cursor = Train(stop);
        var after = EvaluateTuned(cursor, _data.Test, stop);
        double seconds = watch.Elapsed.TotalSeconds;
        var verdict = before is null || after is null ? null : Verdict.Of(before, after);
        WriteReport();
        return new Result(verdict, cursor, seconds);
    }

    public void Dispose()
    {
        _sampler.Dispose();
        _model.Dispose();
    }

    void WriteReport()
    {
        using var reader = RunReader.Open(_folder.Path);
        ReportWriter.Write(reader, Path.Combine(_folder.Path, "report.html"));
    }

    TrainingCursor Train(CancellationToken stop)
    {
        var run = new TrainingRun
        {
            Model = _model,
            Grader = _grader,
            Settings = _job.HyperParameters,
            Seed = _job.Seed,
            Training = _data.Training,
            Validation = _data.Validation,
            Control = _job.Control,
        };
        using var record = new QueuedRecord(_folder);
        using var loop = new TrainingLoop(run, record, _observer);
        return loop.Run(stop);
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
        var evaluator = new Evaluator(_sampler, _job.Seed, _job.Evaluation.SamplesPerPrompt, _job.HyperParameters.InferenceMaxTokens, sampling)
        {
            BannedFirstTokens = bannedFirst,
        };
        var evaluation = evaluator.Run(name, step, prompts, _observer, stop);
        new FaultLimit(_job.HyperParameters.MaxFaultShare).Check($"Evaluation '{name}'", evaluation.Rollouts);
        _folder.Evaluation(evaluation);
        _observer?.EvaluationDone(evaluation);
        return evaluation;
    }

    int[] BannedTokens() =>
        [.. _job.Evaluation.BannedFirst.Select(text => _model.Tokenizer.Encode(text)).Where(tokens => tokens.Length > 0).Select(tokens => tokens[0])];
}
