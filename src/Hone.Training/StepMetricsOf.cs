using Hone.Grading;
using Hone.Training.Statistics;

namespace Hone.Training;

/// <summary>The part of a step's metrics that its rollouts alone determine.</summary>
static class StepMetricsOf
{
    /// <summary>Rewards, lengths and faults; the rest is 0 until the loop fills it in.</summary>
    public static StepMetrics Step(IReadOnlyList<Rollout> rollouts, int groupSize)
    {
        double[] rewards = [.. rollouts.Where(rollout => rollout.Reward is not null).Select(rollout => rollout.Reward!.Value)];
        double[] scores = [.. rollouts.Where(rollout => rollout.Grade.Score is not null).Select(rollout => rollout.Grade.Score!.Value)];
        var moments = Moments.Of(rewards);
        double high = rewards.DefaultIfEmpty(0).Max(), low = rewards.DefaultIfEmpty(0).Min();
        var (right, wrong, mixed) = Groups(rollouts, groupSize, low, high);
        return new()
        {
            RewardMean = moments.Mean,
            RewardStd = moments.StandardDeviation,
            RewardMin = low,
            RewardMax = high,
            ScoreMean = scores.DefaultIfEmpty(double.NaN).Average(),
            GroupsAllRight = right,
            GroupsAllWrong = wrong,
            GroupsMixed = mixed,
            LengthMean = rollouts.Average(rollout => rollout.Tokens.Length),
            LengthMax = rollouts.Max(rollout => rollout.Tokens.Length),
            TruncatedShare = (double)rollouts.Count(rollout => rollout.Stop == StopReason.MaxTokens) / rollouts.Count,
            Faults = rollouts.Count(rollout => rollout.Grade.Score is null),
            Rewards = rewards.Length,
            Repetition = rollouts.Average(rollout => Monitoring.Repetition.Of(rollout.Tokens)),
            Components = Components(rollouts),
            CompletionTokens = rollouts.Sum(rollout => rollout.Tokens.Length),
            Step = 0,
            Epoch = 0,
            Entropy = 0,
            GradientNorm = 0,
            Loss = 0,
            Kl = 0,
            ClipShare = 0,
            SamplerTrainerDifference = 0,
            LearningRate = 0,
            PromptTokens = 0,
            SamplingSeconds = 0,
            GradingSeconds = 0,
            TrainingSeconds = 0,
            StepSeconds = 0,
            MemoryMegabytes = 0,
        };
    }

    /// <summary>Faults by boundary, in ordinal order.</summary>
    public static IReadOnlyDictionary<string, int> FaultKinds(IEnumerable<Rollout> rollouts) =>
        new SortedDictionary<string, int>(
            rollouts.Select(rollout => rollout.Grade.Fault?.Boundary).OfType<string>().CountBy(kind => kind).ToDictionary(), StringComparer.Ordinal);

    static (double Right, double Wrong, double Mixed) Groups(IReadOnlyList<Rollout> rollouts, int groupSize, double low, double high)
    {
        int right = 0, wrong = 0, mixed = 0, groups = rollouts.Count / groupSize;
        for (int g = 0; g < groups; g++)
        {
            var rewards = rollouts.Skip(g * groupSize).Take(groupSize).Select(rollout => rollout.Reward).OfType<double>().Distinct().ToArray();
            bool equal = rewards.Length == 1, highest = equal && rewards[0] >= high && (high > low || high > 0);
            right += highest ? 1 : 0;
            wrong += equal && !highest ? 1 : 0;
            mixed += rewards.Length > 1 ? 1 : 0;
        }

        return ((double)right / groups, (double)wrong / groups, (double)mixed / groups);
    }

    static SortedDictionary<string, double> Components(IReadOnlyList<Rollout> rollouts)
    {
        var parts = rollouts.Where(rollout => rollout.Grade.Score is not null)
            .SelectMany(rollout => rollout.Grade.Metrics).Where(metric => metric.Type == MetricType.Reward).GroupBy(metric => metric.Name);
        return new(parts.ToDictionary(part => part.Key, part => part.Average(metric => metric.Value)), StringComparer.Ordinal);
    }
}
