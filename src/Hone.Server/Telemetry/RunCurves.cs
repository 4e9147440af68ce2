using Hone.Jobs;
using Hone.Training;

namespace Hone.Server.Telemetry;

/// <summary>Writes a run's curves for TensorBoard into its folder: tensorboard --logdir RUN/tensorboard. The file itself says how far it is.</summary>
sealed class RunCurves(string run)
{
    static readonly (string Name, Func<StepMetrics, double> Value)[] _supervised =
    [
        ("train/loss", step => step.Loss),
        ("train/grad_norm", step => step.GradientNorm),
        ("train/lr", step => step.LearningRate),
        ("perf/time_per_step", step => step.StepSeconds),
    ];

    static readonly (string Tag, Func<EvaluationSummary, double> Value)[] _validation =
    [
        ("val-score/rewards/mean@1", evaluation => evaluation.RewardMean),
        ("val-score/response_length/mean", evaluation => evaluation.LengthMean),
        ("val-score/entropy", evaluation => evaluation.Entropy),
    ];

    static readonly (string Tag, Func<EvaluationSummary, double> Value)[] _heldOut = [("val/loss", evaluation => evaluation.Loss ?? double.NaN)];

    HashSet<(string Tag, long Step)>? _written;

    /// <summary>Adds what the file does not have yet. What is no number is left out.</summary>
    public void Write(RunReader source, IReadOnlyList<StepMetrics> steps, IEnumerable<EvaluationSummary> evaluations)
    {
        var began = source.Origin?.Created ?? DateTimeOffset.UnixEpoch;
        bool supervised = source.Settings.Method == TrainingMethod.Supervised;
        double now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        CurvePoint[] points =
        [
            .. steps.SelectMany(step => (supervised ? _supervised : StepColumns.All).Select(one => new CurvePoint(one.Name, step.Step + 1, now, (float)one.Value(step)))),
            .. evaluations.SelectMany(evaluation => (supervised ? _heldOut : _validation).Select(one => new CurvePoint(
                one.Tag, evaluation.Step, evaluation.At.ToUnixTimeMilliseconds() / 1000.0, (float)one.Value(evaluation)))),
        ];
        Directory.CreateDirectory(Path.Combine(run, "tensorboard"));
        using var file = File.Open(
            Path.Combine(run, "tensorboard", $"events.out.tfevents.{began.ToUnixTimeSeconds()}.hone"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _written ??= Mend(file, began);
        file.Position = file.Length;
        foreach (var point in points.Where(point => float.IsFinite(point.Value) && _written.Add((point.Tag, point.Step))))
        {
            file.Write(EventFile.Record(point));
        }
    }

    // A process that died while it wrote left half a record, which would end what TensorBoard reads.
    static HashSet<(string Tag, long Step)> Mend(FileStream file, DateTimeOffset began)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var (points, length) = EventFile.Read(bytes);
        file.SetLength(length);
        if (length == 0)
        {
            file.Write(EventFile.First(began.ToUnixTimeMilliseconds() / 1000.0));
        }

        return [.. points.Select(point => (point.Tag, point.Step))];
    }
}
