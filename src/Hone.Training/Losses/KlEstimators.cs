namespace Hone.Training.Losses;

/// <summary>Per-token estimators of KL(policy ‖ reference) from a token that the policy sampled.</summary>
public enum KlEstimator
{
    K1,
    K2,
    K3,
}

/// <summary>With d = ℓ_ref − ℓ: k1 = −d, k2 = d²/2, k3 = e^d − d − 1.</summary>
/// <remarks>
/// k3 and its slope keep their digits near d = 0, where e^d − d − 1 written out has none left. d is not clamped: a policy that has
/// run away from its reference shows it.
/// </remarks>
public static class KlEstimators
{
    // e^d − 1 − d loses a third of its digits at this size; the series below needs 14 terms there.
    const double SeriesLimit = 0.5;

    public static double Value(KlEstimator estimator, double d) => estimator switch
    {
        KlEstimator.K1 => -d,
        KlEstimator.K2 => d * d / 2,
        _ => ExpMinusLine(d),
    };

    /// <summary>∂k/∂ℓ.</summary>
    public static double Slope(KlEstimator estimator, double d) => estimator switch
    {
        KlEstimator.K1 => 1,
        KlEstimator.K2 => -d,
        _ => -(ExpMinusLine(d) + d),
    };

    /// <summary>∂(ρ·k)/∂ℓ / ρ = k + ∂k/∂ℓ, for a ratio ρ = exp(ℓ − ℓ_old) that is differentiated too.</summary>
    /// <remarks>For k3 the two parts cancel to −d, which is the unbiased gradient of the reverse KL; adding them up would leave rounding noise of size e^d.</remarks>
    public static double WeightedSlope(KlEstimator estimator, double d) => estimator switch
    {
        KlEstimator.K1 => 1 - d,
        KlEstimator.K2 => d * (d / 2 - 1),
        _ => -d,
    };

    static double ExpMinusLine(double d)
    {
        if (!(Math.Abs(d) < SeriesLimit))
        {
            return Math.Exp(d) - 1 - d;
        }

        // d²/2! + d³/3! + … by Horner's rule from the smallest term.
        double sum = 1;
        for (int n = 16; n >= 3; n--)
        {
            sum = 1 + sum * d / n;
        }

        return sum * d * d / 2;
    }
}
