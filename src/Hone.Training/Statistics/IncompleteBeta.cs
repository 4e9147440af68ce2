namespace Hone.Training.Statistics;

/// <summary>The regularized incomplete beta function I_x(a, b), to about 1e-13 of its value.</summary>
static class IncompleteBeta
{
    const double Tiny = 1e-300;

    /// <param name="x">Upper limit of the integral.</param>
    /// <param name="complement">1 − x, given apart because it may have more digits than 1 − x has.</param>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    public static double Regularized(double x, double complement, double a, double b)
    {
        if (x <= 0 || complement <= 0)
        {
            return x <= 0 ? 0 : 1;
        }

        // The fraction converges fast on the side of the mean a / (a + b).
        double front = Math.Exp(a * Math.Log(x) + b * Math.Log(complement) - LogBeta(a, b));
        return x < (a + 1) / (a + b + 2)
            ? front / a * Fraction(x, a, b)
            : 1 - front / b * Fraction(complement, b, a);
    }

    /// <summary>1/(1 + d₁/(1 + d₂/(1 + …))), evaluated from the front (Lentz).</summary>
    static double Fraction(double x, double a, double b)
    {
        double c = 1, d = 1 / AwayFromZero(1 - (a + b) * x / (a + 1)), value = d;
        for (int m = 1; m < 10_000; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / AwayFromZero(1 + even * d);
            c = AwayFromZero(1 + even / c);
            value *= c * d;
            d = 1 / AwayFromZero(1 + odd * d);
            c = AwayFromZero(1 + odd / c);
            double change = c * d;
            value *= change;
            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return value;
    }

    static double AwayFromZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>ln Γ(x) for x > 0: Stirling's series above 12, where its eighth term is below 1e-17, reached by Γ(x) = Γ(x + 1)/x.</summary>
    static double LogGamma(double x)
    {
        double product = 1;
        for (; x < 12; x++)
        {
            product *= x;
        }

        double r = 1 / (x * x);
        double series = (1.0 / 12 + r * (-1.0 / 360 + r * (1.0 / 1260 + r * (-1.0 / 1680
            + r * (1.0 / 1188 + r * (-691.0 / 360360 + r * (1.0 / 156))))))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - Math.Log(product);
    }
}
