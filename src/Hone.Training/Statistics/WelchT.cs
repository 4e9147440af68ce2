namespace Hone.Training.Statistics;

/// <summary>Welch's two-sided t-test of mean(a) = mean(b), for samples of unequal variance.</summary>
/// <param name="Difference">mean(a) − mean(b) with its 95 % interval.</param>
/// <param name="T">The difference over its standard error.</param>
/// <param name="DegreesOfFreedom">After Welch and Satterthwaite.</param>
/// <param name="P">P[|T| ≥ |t|].</param>
/// <param name="Quantile">The half-width of the interval in standard errors.</param>
public readonly record struct WelchT(Difference Difference, double T, double DegreesOfFreedom, double P, double Quantile)
{
    /// <remarks>Two samples without any spread have no standard error: p is 1 when their means are equal, else 0, and the interval is a point.</remarks>
    public static WelchT Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length < 2 || b.Length < 2)
        {
            throw new ArgumentException($"Welch's test needs two values on each side; there are {a.Length} and {b.Length}.");
        }

        Moments first = Moments.Of(a), second = Moments.Of(b);
        double difference = first.Mean - second.Mean, squared = first.SquaredError + second.SquaredError;
        if (squared == 0)
        {
            double sure = difference == 0 ? 0 : double.CopySign(double.PositiveInfinity, difference);
            return new(new(difference, new(difference, difference)), sure, a.Length + b.Length - 2, difference == 0 ? 1 : 0, 0);
        }

        double error = Math.Sqrt(squared), t = difference / error;
        double freedom = squared * squared
            / (Square(first.SquaredError) / (a.Length - 1) + Square(second.SquaredError) / (b.Length - 1));
        double quantile = StudentT.TwoSidedQuantile(0.05, freedom), half = quantile * error;
        return new(
            new(difference, new(difference - half, difference + half)), t, freedom, StudentT.TwoSidedP(t, freedom), quantile);
    }

    static double Square(double x) => x * x;
}
