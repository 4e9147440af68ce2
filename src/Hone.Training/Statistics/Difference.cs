namespace Hone.Training.Statistics;

/// <summary>A difference of two means with its 95 % confidence interval.</summary>
/// <param name="Value">The difference itself.</param>
/// <param name="Interval">NaN on both sides when there are too few values to tell.</param>
public readonly record struct Difference(double Value, Interval Interval)
{
    /// <summary>Mean of tuned − baseline over items that both were measured on, normal on the paired differences.</summary>
    /// <param name="baseline">One value per item; with several samples of an item, their mean (for pass/fail, the share that passed).</param>
    /// <param name="tuned">The same items in the same order.</param>
    public static Difference Paired(ReadOnlySpan<double> baseline, ReadOnlySpan<double> tuned)
    {
        if (baseline.Length != tuned.Length || baseline.IsEmpty)
        {
            throw new ArgumentException($"{baseline.Length} and {tuned.Length} values make no pairs.");
        }

        double[] differences = new double[baseline.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = tuned[i] - baseline[i];
        }

        var moments = Moments.Of(differences);
        double half = Interval.NormalQuantile * Math.Sqrt(moments.SquaredError);
        return new(moments.Mean, new(moments.Mean - half, moments.Mean + half));
    }
}
