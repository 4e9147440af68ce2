using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>The weight of a row's expert, on what its last product reads: z = w · x, and back.</summary>
/// <remarks>
/// <para>x, z, dz: [C], one row; w: its weight.</para>
/// <para>The product of two rows is summed in the order of <see cref="Lanes"/>, within C · 2⁻²⁴ · Σ|a·b| of the exact one.</para>
/// </remarks>
public static class ExpertWeighting
{
    /// <summary>dw = Σ dz · x.</summary>
    public static float WeightGradient(ReadOnlySpan<float> dz, ReadOnlySpan<float> x)
    {
        Require.Length(dz, x.Length);
        var sums = Vector512<float>.Zero;
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            sums = Vector512.MultiplyAddEstimate(Lanes.Load(dz, i), Lanes.Load(x, i), sums);
        }

        return Lanes.Sum(sums);
    }

    /// <summary>y = σ(x), the weight of a shared expert.</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y)
    {
        Require.Length(x, y.Length);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            Lanes.Store(VectorMath.Sigmoid(Lanes.Load(x, i)), y, i);
        }
    }

    /// <summary>dx = dy · y · (1 − y), from the result y = σ(x). Assigns dx.</summary>
    public static void SigmoidGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx)
    {
        Require.Length(dy, y.Length);
        Require.Length<float>(dx, y.Length);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            var sigmoid = Lanes.Load(y, i);
            Lanes.Store(Lanes.Load(dy, i) * (sigmoid * (Vector512<float>.One - sigmoid)), dx, i);
        }
    }
}
