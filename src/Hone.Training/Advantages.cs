using Hone.Training.Rewards;
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

    // A spread below this is the rounding of equal rewards; a mean below this that of rewards of 0.
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

    /// <summary>The advantage of every completion: rewards are bounded, standardised and charged with the KL, compared, whitened.</summary>
    /// <exception cref="ArgumentException">The rewards do not fit together, or what the settings need is missing.</exception>
    public static AdvantageEstimate Of(AdvantageSettings settings, StepRewards step)
    {
        step.Check(settings);
        var raw = Moments.Of(Scored(step.Rewards));
        double?[] rewards = settings.RewardClip is { } range ? [.. step.Rewards.Select(range.Clamp)] : step.Rewards;
        rewards = settings.Standardize?.Apply(rewards) ?? rewards;
        if (settings.KlInReward != 0 && !settings.PerToken)
        {
            rewards = [.. rewards.Select((reward, i) => reward - settings.KlInReward * step.Drift[i].Sum())];
        }

        var (centred, equal) = Centred(settings, rewards, step);
        double[][]? ofTokens = settings.Whiten == Whitening.Tokens ? WhitenedTokens(settings, centred, step) : null;
        double?[] final = step.Parts.Count > 0 ? Gdpo.Advantages(step.Parts, step.Weights, step.GroupSize)
            : settings.Whiten == Whitening.Batch ? Whiten.Batch(centred)
            : settings.Whiten == Whitening.Completions ? Whiten.Completions(centred)
            : ofTokens is not null ? [.. ofTokens.Select(row => row.Length == 0 ? 0 : settings.PerToken ? row.Average() : row[0])]
            : centred;
        double[] advantages = [.. final.Select(advantage => advantage ?? 0)];
        return new(
            advantages, settings.PerToken ? ofTokens : null, new(raw.Mean, raw.StandardDeviation, equal, rewards.Length / step.GroupSize));
    }

    static (double?[] Advantages, int EqualGroups) Centred(AdvantageSettings settings, double?[] rewards, StepRewards step)
    {
        var all = Moments.Of(Scored(rewards));
        double?[] centred = new double?[rewards.Length];
        int equal = 0, G = step.GroupSize;
        for (int start = 0; start < rewards.Length; start += G)
        {
            var group = rewards.AsSpan(start, G);
            var moments = Moments.Of(Scored(group));
            equal += moments.StandardDeviation <= EqualStd ? 1 : 0;
            double divisor = settings.DividesBy switch
            {
                AdvantageScale.Batch => all.StandardDeviation + Epsilon,
                AdvantageScale.Group => moments.StandardDeviation + Epsilon,
                AdvantageScale.Mean => moments.Mean > EqualStd ? moments.Mean : double.PositiveInfinity,
                _ => 1,
            };
            double weighted = settings.Baseline == AdvantageBaseline.LengthWeighted ? WeightedMean(group, step.Lengths.AsSpan(start, G), moments) : 0;
            Group(settings.Baseline, group, moments, weighted, divisor, centred.AsSpan(start, G));
        }

        return (centred, equal);
    }

    static void Group(
        AdvantageBaseline baseline, ReadOnlySpan<double?> rewards, Moments moments, double weighted, double divisor, Span<double?> advantages)
    {
        // Equal rewards need no special case: Moments gives their mean without rounding, so that the difference is 0 before ε divides it.
        bool hasBaseline = moments.Count > 1 || baseline == AdvantageBaseline.None;
        double factor = baseline == AdvantageBaseline.LeaveOneOut ? moments.Count / (moments.Count - 1.0) : 1;
        double compared = baseline switch
        {
            AdvantageBaseline.None => 0,
            AdvantageBaseline.LengthWeighted => weighted,
            _ => moments.Mean,
        };
        for (int g = 0; g < rewards.Length; g++)
        {
            advantages[g] = hasBaseline && rewards[g] is { } reward ? factor * (reward - compared) / divisor : null;
        }
    }

    // Deviations from the first reward, so that equal rewards have their own value as mean, without rounding.
    static double WeightedMean(ReadOnlySpan<double?> rewards, ReadOnlySpan<int> lengths, Moments moments)
    {
        double first = double.NaN, sum = 0;
        long tokens = 0;
        for (int g = 0; g < rewards.Length; g++)
        {
            if (rewards[g] is { } reward)
            {
                first = double.IsNaN(first) ? reward : first;
                sum += lengths[g] * (reward - first);
                tokens += lengths[g];
            }
        }

        return tokens > 0 ? first + sum / tokens : moments.Mean;
    }

    // A token's return is what is still to come: the reward, less the KL from there on.
    static double[][] WhitenedTokens(AdvantageSettings settings, double?[] rewards, StepRewards step)
    {
        double[][] returns = [.. rewards.Select((reward, i) =>
            reward is null || (step.Masked.Length > 0 && step.Masked[i]) ? [] : new double[step.Lengths[i]])];
        for (int i = 0; i < returns.Length; i++)
        {
            double toCome = 0;
            for (int t = returns[i].Length - 1; t >= 0; t--)
            {
                toCome += settings.KlInReward != 0 ? step.Drift[i][t] : 0;
                returns[i][t] = rewards[i]!.Value - settings.KlInReward * toCome;
            }
        }

        Whiten.Tokens(returns);
        return [.. returns.Select((row, i) => row.Length == 0 ? new double[step.Lengths[i]] : row)];
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
