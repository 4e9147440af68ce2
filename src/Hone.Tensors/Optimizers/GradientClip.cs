using System.Runtime.Intrinsics;
using Hone.Tensors.Kernels;

namespace Hone.Tensors.Optimizers;

/// <summary>Clipping by the global norm: norm = √(Σ over all tensors of Σ g²); g *= min(1, limit / (norm + 1e-6)).</summary>
/// <remarks>
/// Squares are summed in double: within a tensor in sixteen lanes joined by <see cref="Lanes.Sum(Vector512{double}, Vector512{double})"/>,
/// then tensor by tensor in the order given. A norm that is not finite gives a factor of 0 or NaN; look at it before stepping.
/// </remarks>
public static class GradientClip
{
    public static double SumOfSquares(ReadOnlySpan<float> gradient)
    {
        var (sum0, sum1) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (int i = 0; i < gradient.Length; i += Lanes.Count)
        {
            var (low, high) = Vector512.Widen(Lanes.Load(gradient, i));
            sum0 = Vector512.MultiplyAddEstimate(low, low, sum0);
            sum1 = Vector512.MultiplyAddEstimate(high, high, sum1);
        }

        return Lanes.Sum(sum0, sum1);
    }

    /// <summary>The global norm from the sum of squares of each tensor, added in order.</summary>
    public static double Norm(ReadOnlySpan<double> sumsOfSquares)
    {
        double sum = 0;
        foreach (double squares in sumsOfSquares)
        {
            sum += squares;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>The factor on every gradient that keeps the global norm at or below <paramref name="limit"/>.</summary>
    public static float Factor(double norm, double limit) => (float)Math.Min(1, limit / (norm + 1e-6));
}
