using Hone.Training.Statistics;

namespace Hone.Training.Rewards;

/// <summary>One of the rewards that a grader reports: the name of a metric of its grades, or "score" for the score itself.</summary>
public sealed record RewardPart
{
    public required string Name { get; init; }

    public double Weight { get; init; } = 1;
}

/// <summary>
/// c_k = (r_k − mean_group) / (std_group + 1e-4) for each reward k, u = Σ w_k·c_k, A = (u − mean_step) / (std_step + 1e-4).
/// </summary>
/// <remarks>
/// GDPO (2601.05242). Use it for several rewards of different spread: summed first, the one that varies most drowns the others. A reward that
/// is missing, or alone in its group, adds nothing.
/// </remarks>
static class Gdpo
{
    /// <param name="columns">For each reward, its value for each completion; null: none.</param>
    /// <returns>Null for a completion without any reward.</returns>
    public static double?[] Advantages(IReadOnlyList<double?[]> columns, IReadOnlyList<double> weights, int groupSize)
    {
        double?[] sums = [.. columns[0].Select((_, i) => columns.Any(column => column[i] is not null) ? 0.0 : (double?)null)];
        foreach (var (column, weight) in columns.Zip(weights))
        {
            for (int start = 0; start < column.Length; start += groupSize)
            {
                AddGroup(column.AsSpan(start, groupSize), weight, sums.AsSpan(start, groupSize));
            }
        }

        return Whiten.Batch(sums);
    }

    static void AddGroup(ReadOnlySpan<double?> rewards, double weight, Span<double?> sums)
    {
        var moments = Moments.Of([.. rewards.ToArray().OfType<double>()]);
        for (int g = 0; g < rewards.Length; g++)
        {
            sums[g] += moments.Count > 1 && rewards[g] is { } reward
                ? weight * ((reward - moments.Mean) / (moments.StandardDeviation + Training.Advantages.Epsilon))
                : 0;
        }
    }
}
