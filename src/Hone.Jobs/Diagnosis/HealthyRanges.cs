using Hone.Training;
using Hone.Training.Statistics;

namespace Hone.Jobs.Diagnosis;

/// <summary>Where the values of a healthy run lie, seen from how the run began. The bounds are those that <see cref="Reports.CurveFinding"/> judges by.</summary>
sealed class HealthyRanges(IReadOnlyList<StepMetrics> steps, IReadOnlyList<EvaluationSummary> evaluations, bool control)
{
    public const int LeastSteps = 8;

    /// <summary>Nats per token: under the least the policy is the base model, over the most it is another.</summary>
    public const double LeastKl = 1e-4, MostKl = 0.5;

    /// <summary>Share of a step's time that may go by waiting for grades.</summary>
    public const double MostWaiting = 0.3;

    const double CoinNoise = 0.1, ShortestLength = 0.2, LongestLength = 3, LeastEntropy = 0.02, MostEntropy = 1.2, GradientGrowth = 3, FewestMixed = 0.1;

    public static string TooFew(int count) => $"{count} of the {LeastSteps} points that it takes to tell.";

    /// <returns>Null where the run is too young to say.</returns>
    public Interval? Of(string key) => steps.Count < 2 ? null : key switch
    {
        "reward" or "distribution" => control ? new(0.5 - CoinNoise, 0.5 + CoinNoise) : new(First(step => step.RewardMean), double.PositiveInfinity),
        "validation" => Validation(),
        "length" => new(ShortestLength * First(step => step.LengthMean), LongestLength * First(step => step.LengthMean)),
        "entropy" => new(LeastEntropy * steps[0].Entropy, MostEntropy * steps[0].Entropy),
        "gradientNorm" => new(0, GradientGrowth * Quantile.Of([.. FirstQuarter().Select(step => step.GradientNorm)], 0.5)),
        "mixedGroups" => new(FewestMixed, 1),
        "loss" => new(0, First(step => step.Loss)),
        "validationLoss" => ValidationLoss(),
        "kl" => new(0, MostKl),
        "timing" => new(0, MostWaiting * steps.Average(step => step.StepSeconds)),
        _ => null,
    };

    Interval? Validation()
    {
        double[] values = [.. evaluations.Where(evaluation => evaluation.Name == "validation").Select(evaluation => evaluation.RewardMean).Where(double.IsFinite)];
        return values.Length == 0 ? null
            : control ? new(values[0] - CoinNoise, values[0] + CoinNoise)
            : new(values[0], double.PositiveInfinity);
    }

    // Where the model as it came stood, and anything below.
    Interval? ValidationLoss() => evaluations.FirstOrDefault(evaluation => evaluation.Loss is not null)?.Loss is { } first ? new(0, first) : null;

    double First(Func<StepMetrics, double> value) => FirstQuarter().Select(value).Where(double.IsFinite).DefaultIfEmpty(0).Average();

    IEnumerable<StepMetrics> FirstQuarter() => steps.Take(Math.Max(2, steps.Count / 4));
}
