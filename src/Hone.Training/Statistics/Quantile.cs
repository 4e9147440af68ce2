namespace Hone.Training.Statistics;

/// <summary>Quantiles of a sample, between its order statistics by linear interpolation at position q·(n − 1).</summary>
public static class Quantile
{
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty or <paramref name="q"/> is outside 0 to 1.</exception>
    public static double Of(ReadOnlySpan<double> values, double q)
    {
        if (values.IsEmpty || q is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"The {q} quantile of {values.Length} values is not defined.");
        }

        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double position = q * (sorted.Length - 1);
        int below = (int)position;
        double rest = position - below;
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }
}
