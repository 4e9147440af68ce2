using Hone.Training.Statistics;

namespace Hone.Training;

/// <summary>What the rewards of a step looked like while advantages were made of them.</summary>
/// <param name="RewardMean">Mean over the rewards that exist; NaN without any.</param>
/// <param name="RewardStd">Their standard deviation (n − 1); NaN with fewer than two.</param>
/// <param name="EqualGroups">Groups with at least two rewards whose rewards are equal: they carry no gradient.</param>
/// <param name="Groups">All groups.</param>
public readonly record struct AdvantageSummary(double RewardMean, double RewardStd, int EqualGroups, int Groups);

/// <summary>A = (r − baseline) / (std + ε), group by group. A completion without a reward leaves every mean and deviation and gets 0.</summary>
public static class Advantages
{
    /// <summary>Added to every deviation that divides.</summary>
    public const double Epsilon = 1e-4;

    // A spread below this is the rounding of equal rewards.
    const double EqualStd = 1e-8;

    /// <summary>Weighted sum of the scores that several reward functions gave one completion.</summary>
    /// <returns>Null when none of them gave a score. A missing score adds nothing; the weights are not rescaled.</returns>
    public static double? Combine(ReadOnlySpan<double?> scores, ReadOnlySpan<double> weights)
    {
        if (scores.Length != weights.Length)
        {
            throw new ArgumentException($"{scores.Length} scores do not fit {weights.Length} weights.");
        }

        double? sum = null;
        for (int k = 0; k < scores.Length; k++)
        {
            sum = scores[k] is { } score ? (sum ?? 0) + weights[k] * score : sum;
        }

        return sum;
    }

    /// <summary>Assigns the advantage of every completion.</summary>
    /// <param name="settings">Baseline and scale.</param>
    /// <param name="rewards">Completions of one group stand together; null is 'no score'.</param>
    /// <param name="groupSize">Completions in each group (G).</param>
    /// <param name="advantages">As long as <paramref name="rewards"/>.</param>
    public static AdvantageSummary Compute(
        AdvantageSettings settings, ReadOnlySpan<double?> rewards, int groupSize, Span<double> advantages)
    {
        if (groupSize < 1 || rewards.Length % groupSize != 0 || advantages.Length != rewards.Length)
        {
            throw new ArgumentException(
                $"{rewards.Length} rewards in groups of {groupSize} do not fit {advantages.Length} advantages.");
        }

        var all = Moments.Of(Scored(rewards));
        int equal = 0;
        for (int start = 0; start < rewards.Length; start += groupSize)
        {
            var group = rewards.Slice(start, groupSize);
            var moments = Moments.Of(Scored(group));
            equal += moments.StandardDeviation <= EqualStd ? 1 : 0;
            double std = settings.Scale == AdvantageScale.Batch ? all.StandardDeviation : moments.StandardDeviation;
            double divisor = settings.Scale == AdvantageScale.None ? 1 : std + Epsilon;
            Group(settings.Baseline, group, moments, divisor, advantages.Slice(start, groupSize));
        }

        return new(all.Mean, all.StandardDeviation, equal, rewards.Length / groupSize);
    }

    static void Group(
        AdvantageBaseline baseline, ReadOnlySpan<double?> rewards, Moments moments, double divisor, Span<double> advantages)
    {
        // The mean of n equal rewards may differ from them in the last bit, and ε would make 1e-12 of it; a group of one has no baseline.
        bool informative = moments.Count > 1 && moments.StandardDeviation > 0;
        double factor = baseline == AdvantageBaseline.LeaveOneOut ? moments.Count / (moments.Count - 1.0) : 1;
        for (int g = 0; g < rewards.Length; g++)
        {
            advantages[g] = informative && rewards[g] is { } reward ? factor * (reward - moments.Mean) / divisor : 0;
        }
    }

    static double[] Scored(ReadOnlySpan<double?> rewards)
    {
        var scored = new List<double>(rewards.Length);
        foreach (double? reward in rewards)
        {
            if (reward is { } value)
            {
                scored.Add(value);
            }
        }

        return [.. scored];
    }
}
