using Hone.Jobs.Reports;
using Hone.Training;
using Hone.Training.Statistics;

namespace Hone.Jobs.Diagnosis;

/// <summary>What a curve of a run should look like, and what it looks like now.</summary>
/// <param name="Key">A name that does not change: reward, validation, length, entropy, gradientNorm, mixedGroups, kl, timing, distribution; of a
/// supervised run loss, validationLoss, gradientNorm.</param>
/// <param name="Unit">"" for a plain number.</param>
/// <param name="State">"good", "look" or "short": too few points to tell.</param>
/// <param name="Sentence">What it shows.</param>
/// <param name="Healthy">
/// Where a healthy run's values lie; a bound may be infinite. Of the distribution: its mean. Of the timing: the seconds of a step that are spent waiting for grades.
/// Null: nothing to compare with yet.
/// </param>
/// <param name="IsShare">Best drawn from 0 to 1.</param>
public sealed record CurveReading(
    string Key, string Title, string Unit, string Expected, string State, string Sentence, Interval? Healthy, bool IsShare)
{
    static readonly string[] _keys = ["reward", "validation", "length", "entropy", "gradientNorm", "mixedGroups"];
    static readonly string[] _supervised = ["loss", "validationLoss", "gradientNorm"];

    public static IReadOnlyList<CurveReading> Of(RunReader run)
    {
        var steps = run.Metrics();
        var ranges = new HealthyRanges(steps, run.Evaluations(), run.Settings.Control);
        CurveReading Read(Curve curve, string key) => new(
            key, curve.Title, curve.Unit, curve.Expected, Word(curve.Finding.State), curve.Finding.Sentence, ranges.Of(key), curve.IsShare);
        var curves = Curve.Of(run);
        if (run.Settings.Method == TrainingMethod.Supervised)
        {
            return [.. curves.Zip(curves.Count == 2 ? ["loss", "gradientNorm"] : _supervised, Read)];
        }

        return
        [
            .. curves.Zip(_keys, Read),
            Kl(steps, run.Settings.HyperParameters, ranges),
            Timing(steps, ranges),
            Distribution(steps, ranges),
        ];
    }

    static CurveReading Kl(IReadOnlyList<StepMetrics> steps, TrainingSettings settings, HealthyRanges ranges)
    {
        const string Expected = "Should leave 0 slowly: the distance of the policy from the base model for each token. A jump means that the learning rate is too high.";
        double last = steps.TakeLast(Math.Max(1, steps.Count / 5)).Select(step => step.Kl).Where(double.IsFinite).DefaultIfEmpty(0).Average();
        var (state, sentence) = !settings.MeasureKl && steps.All(step => step.Kl == 0) ? ("short", "It is not measured: measureKl is false and the loss has no KL term.")
            : steps.Count < HealthyRanges.LeastSteps ? ("short", HealthyRanges.TooFew(steps.Count))
            : last > HealthyRanges.MostKl ? ("look", $"It is {last:G3} nats per token: the policy is far from the base model; lower the learning rate, or read what it writes.")
            : Math.Abs(last) < HealthyRanges.LeastKl ? ("look", $"It is {last:0.0e+0} nats per token: the policy has hardly moved; raise the learning rate.")
            : ("good", $"The policy is {last:G3} nats per token away from the base model.");
        return new("kl", "Distance from the base model (KL)", "nats per token", Expected, state, sentence, ranges.Of("kl"), IsShare: false);
    }

    static CurveReading Timing(IReadOnlyList<StepMetrics> steps, HealthyRanges ranges)
    {
        const string Expected = "Sampling and training share a step; waiting for grades should stay under three tenths of it.";
        double all = steps.Sum(step => step.StepSeconds);
        if (steps.Count < 2 || all <= 0)
        {
            return new("timing", "Where the time goes", "seconds per step", Expected, "short", HealthyRanges.TooFew(steps.Count), null, IsShare: false);
        }

        double sampling = steps.Sum(step => step.SamplingSeconds) / all, training = steps.Sum(step => step.TrainingSeconds) / all;
        double waiting = steps.Sum(step => step.GradingSeconds) / all;
        bool isHeldUp = waiting > HealthyRanges.MostWaiting;
        string sentence = $"A step takes {all / steps.Count:G3} s: {sampling:P0} sampling, {training:P0} training, {waiting:P0} waiting for grades.";
        return new("timing", "Where the time goes", "seconds per step", Expected, isHeldUp ? "look" : "good",
            isHeldUp ? sentence + " The grader holds the run up." : sentence, ranges.Of("timing"), IsShare: false);
    }

    static CurveReading Distribution(IReadOnlyList<StepMetrics> steps, HealthyRanges ranges)
    {
        const string Expected = "Each column is a step; the stronger a cell's colour, the more of its answers got that reward. The weight should wander upwards and stay spread: where all lie in one row, nothing is learnt.";
        if (steps.Count == 0)
        {
            return new("distribution", "Rewards of each step", "share of answers", Expected, "short", HealthyRanges.TooFew(0), null, IsShare: false);
        }

        var last = steps[^1];
        bool spread = last.GroupsMixed >= 0.1;
        string sentence = $"In step {last.Step} rewards went from {last.RewardMin:G3} to {last.RewardMax:G3}, {last.RewardMean:G3} ± {last.RewardStd:G3}; "
            + $"{last.GroupsMixed:P0} of the groups held answers of different worth.";
        return new("distribution", "Rewards of each step", "share of answers", Expected, spread ? "good" : "look", sentence, ranges.Of("distribution"), IsShare: false);
    }

    static string Word(CurveState state) => state switch
    {
        CurveState.AsExpected => "good",
        CurveState.LookHere => "look",
        _ => "short",
    };
}
