namespace Hone.Training.Statistics;

/// <summary>Student's t distribution.</summary>
public static class StudentT
{
    /// <summary>P[|T| ≥ |t|] = I_x(ν/2, ½), x = ν / (ν + t²).</summary>
    public static double TwoSidedP(double t, double degreesOfFreedom)
    {
        double whole = degreesOfFreedom + t * t;
        return IncompleteBeta.Regularized(degreesOfFreedom / whole, t * t / whole, degreesOfFreedom / 2, 0.5);
    }

    /// <summary>The t that |T| exceeds with probability <paramref name="p"/>; for p = 0.05 the half-width of a 95 % interval.</summary>
    public static double TwoSidedQuantile(double p, double degreesOfFreedom)
    {
        double low = 0, high = 1;
        while (TwoSidedP(high, degreesOfFreedom) > p && double.IsFinite(high * high))
        {
            (low, high) = (high, 2 * high);
        }

        // Halving ends when no double lies between the bounds.
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            (low, high) = TwoSidedP(middle, degreesOfFreedom) > p ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
