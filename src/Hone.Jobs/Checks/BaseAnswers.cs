using Hone.Training;
using Hone.Training.Statistics;

namespace Hone.Jobs.Checks;

/// <summary>What the base model's answers were worth before any training.</summary>
/// <param name="Groups">Answers at the job's temperature: the same number for each prompt.</param>
/// <param name="Cooler">Answers to the same prompts at <see cref="CoolTemperature"/>.</param>
public sealed record BaseAnswers(IReadOnlyList<IReadOnlyList<Rollout>> Groups, IReadOnlyList<Rollout> Cooler)
{
    /// <summary>The temperature at which base capability is usually judged.</summary>
    public const float CoolTemperature = 0.6f;

    public IEnumerable<Rollout> All => Groups.SelectMany(group => group);

    /// <summary>Scores of each prompt's answers; faults are left out, and prompts that have nothing else.</summary>
    public IReadOnlyList<double[]> Scores =>
        [.. Groups.Select(group => group.Select(rollout => rollout.Grade.Score).OfType<double>().ToArray()).Where(scores => scores.Length > 0)];

    /// <summary>Mean over prompts of the mean score; NaN where nothing was graded.</summary>
    public double Mean => Scores.Select(scores => scores.Average()).DefaultIfEmpty(double.NaN).Average();

    public double CoolMean => Cooler.Select(rollout => rollout.Grade.Score).OfType<double>().DefaultIfEmpty(double.NaN).Average();

    /// <summary>95 % interval of <see cref="Mean"/>: prompts are the sample, Student's t over their means.</summary>
    public Interval Interval
    {
        get
        {
            double[] means = [.. Scores.Select(scores => scores.Average())];
            if (means.Length < 2)
            {
                return new(double.NegativeInfinity, double.PositiveInfinity);
            }

            var moments = Moments.Of(means);
            double half = StudentT.TwoSidedQuantile(0.05, means.Length - 1) * Math.Sqrt(moments.SquaredError);
            return new(moments.Mean - half, moments.Mean + half);
        }
    }

    /// <summary>Share of answers that ended because their tokens ran out.</summary>
    public double TruncatedShare => All.Average(rollout => rollout.Stop == StopReason.MaxTokens ? 1.0 : 0);

    public double FaultShare => All.Concat(Cooler).Average(rollout => rollout.Grade.Score is null ? 1.0 : 0);

    public double TokensMean => All.Average(rollout => (double)rollout.Tokens.Length);

    /// <summary>Prompts by their mean score, from <paramref name="least"/> to <paramref name="most"/> in equal parts.</summary>
    public int[] Histogram(int bins, double least, double most)
    {
        int[] counts = new int[bins];
        foreach (double[] scores in Scores)
        {
            double place = most > least ? (scores.Average() - least) / (most - least) * bins : 0;
            counts[Math.Clamp((int)place, 0, bins - 1)]++;
        }

        return counts;
    }
}
