namespace Hone.Training.Statistics;

/// <summary>Mean and standard deviation of a sample.</summary>
/// <param name="Count">Values in the sample.</param>
/// <param name="Mean">NaN for an empty sample.</param>
/// <param name="StandardDeviation">Divided by n − 1; NaN for fewer than two values; exactly 0 for equal values.</param>
public readonly record struct Moments(int Count, double Mean, double StandardDeviation)
{
    /// <summary>Variance of the mean: std² / n.</summary>
    public double SquaredError => StandardDeviation * StandardDeviation / Count;

    public static Moments Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return new(0, double.NaN, double.NaN);
        }

        // Deviations from the first value: equal values give a mean without rounding, and a large common offset costs no digits.
        double first = values[0], shift = 0;
        foreach (double value in values)
        {
            shift += value - first;
        }

        shift /= values.Length;
        double squares = 0;
        foreach (double value in values)
        {
            double deviation = value - first - shift;
            squares += deviation * deviation;
        }

        double std = values.Length > 1 ? Math.Sqrt(squares / (values.Length - 1)) : double.NaN;
        return new(values.Length, first + shift, std);
    }
}
