namespace Hone.Training.Statistics;

/// <summary>A confidence interval.</summary>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Half-width of a two-sided 95 % interval in standard errors of a normal variable.</summary>
    public const double NormalQuantile = 1.959963984540054;

    public bool Overlaps(Interval other) => Low <= other.High && other.Low <= High;

    /// <summary>95 % score interval of a proportion (Wilson), without continuity correction.</summary>
    /// <remarks>Its bound is exactly 0 when nothing succeeded and exactly 1 when everything did.</remarks>
    public static Interval Wilson(int successes, int n)
    {
        if (n < 1 || successes < 0 || successes > n)
        {
            throw new ArgumentException($"{successes} successes of {n} are no proportion.");
        }

        const double z = NormalQuantile;
        double p = (double)successes / n, scale = 1 + z * z / n;
        double middle = (p + z * z / (2.0 * n)) / scale;
        double half = z / scale * Math.Sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
        return new(successes == 0 ? 0 : Math.Max(0, middle - half), successes == n ? 1 : Math.Min(1, middle + half));
    }
}
