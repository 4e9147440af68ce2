using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

/// <summary>Elementary functions in sixteen lanes. A lane's result depends on its own input only.</summary>
public static class VectorMath
{
    // 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the mantissa.
    const float Rounder = 12582912f;

    // ln 2 in two parts; the first has nine bits, so its product with an exponent is exact.
    const float Ln2High = 0.693359375f;
    const float Ln2Low = -2.12194440054690583e-4f;

    // Below the first, e^x rounds to 0; above the second, to infinity.
    const float Lowest = -104f;
    const float Highest = 89f;

    const float C0 = 0.5f;
    const float C1 = 0.16666667f;
    const float C2 = 0.041666465f;
    const float C3 = 0.0083333109f;
    const float C4 = 0.0013933641f;
    const float C5 = 0.00019890981f;

    /// <summary>e^x: within 2 ulp where the result is a normal number, then denormal, then 0; +∞ above 88.73; NaN stays NaN.</summary>
    /// <remarks>
    /// x = n·ln 2 + r, |r| ≤ ln 2 / 2; e^r = 1 + r + r²·q(r), q interpolating (e^r − 1 − r) / r² at six Chebyshev nodes (2e-10 relative).
    /// Without an instruction for it, 2^n is applied in two factors, so that neither leaves the range of normal numbers.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The second operand is what comes of NaN.
        return ExpOfClamped(Vector512.MinNative(Vector512.Create(Highest), Vector512.MaxNative(Vector512.Create(Lowest), x)));
    }

    /// <summary><see cref="Exp"/> of x ≤ 0 or NaN, to the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfNegative(Vector512<float> x) =>
        ExpOfClamped(Vector512.MaxNative(Vector512.Create(Lowest), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> ExpOfClamped(Vector512<float> clamped)
    {
        var shifted = Vector512.MultiplyAddEstimate(clamped, Vector512.Create(1.44269504f), Vector512.Create(Rounder));
        var n = shifted - Vector512.Create(Rounder);
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2High), clamped);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2Low), r);

        var q = Vector512.MultiplyAddEstimate(Vector512.Create(C5), r, Vector512.Create(C4));
        q = Vector512.MultiplyAddEstimate(q, r, Vector512.Create(C3));
        q = Vector512.MultiplyAddEstimate(q, r, Vector512.Create(C2));
        q = Vector512.MultiplyAddEstimate(q, r, Vector512.Create(C1));
        q = Vector512.MultiplyAddEstimate(q, r, Vector512.Create(C0));
        var power = Vector512.MultiplyAddEstimate(q, r * r, r) + Vector512<float>.One;

        return Scale(power, shifted, n);
    }

    /// <summary>1 / (1 + e^−x), within 4 ulp where the result is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) =>
        Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>tanh x, within 4 ulp: 1 − 2 / (e^2|x| + 1) with the sign of x, and near 0 x + x³·q(x²).</summary>
    /// <remarks>q interpolates (tanh x / x − 1) / x² at five Chebyshev nodes of x² in [0, 0.625²] (2e-8 relative).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var size = Vector512.Abs(x);
        var far = Vector512<float>.One - (Vector512.Create(2f) / (Exp(size + size) + Vector512<float>.One));
        far = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), -far, far);
        var z = x * x;
        var q = Vector512.MultiplyAddEstimate(Vector512.Create(-0.00609671418f), z, Vector512.Create(0.0209971797f));
        q = Vector512.MultiplyAddEstimate(q, z, Vector512.Create(-0.0538509078f));
        q = Vector512.MultiplyAddEstimate(q, z, Vector512.Create(0.133327693f));
        q = Vector512.MultiplyAddEstimate(q, z, Vector512.Create(-0.333333284f));
        var near = Vector512.MultiplyAddEstimate(q * z, x, x);
        return Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(0.625f)), near, far);
    }

    // power · 2^n, rounded once: the one instruction and the two factors give the same bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Scale(Vector512<float> power, Vector512<float> shifted, Vector512<float> n)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(power, n);
        }

        var exponent = shifted.AsInt32() - Vector512.Create(Rounder).AsInt32();
        var half = exponent >> 1;
        return power * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();
}
