using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>Soft caps: z = c · tanh(s / c), dz/ds = 1 − (z / c)². No sums: an element depends on itself alone.</summary>
static unsafe class ScoreCaps
{
    /// <summary>Caps <paramref name="count"/> numbers, a multiple of 16, in place.</summary>
    public static void Apply(float* scores, int count, float cap)
    {
        for (int i = 0; i < count; i += 16)
        {
            Capped(Vector512.Load(scores + i), cap).Store(scores + i);
        }
    }

    /// <summary>z = c · tanh(scale · x / c), in place.</summary>
    public static void Apply(Span<float> x, float scale, float cap)
    {
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            Lanes.Store(Capped(Lanes.Load(x, i) * scale, cap), x, i);
        }
    }

    /// <summary>slopes = dz/ds of capped numbers.</summary>
    public static void Slopes(ReadOnlySpan<float> capped, float cap, Span<float> slopes)
    {
        for (int i = 0; i < capped.Length; i += Lanes.Count)
        {
            Lanes.Store(Slope(Lanes.Load(capped, i), cap), slopes, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Capped(Vector512<float> s, float cap) => VectorMath.Tanh(s * (1f / cap)) * cap;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> capped, float cap)
    {
        var share = capped * (1f / cap);
        return Vector512.MultiplyAddEstimate(-share, share, Vector512<float>.One);
    }
}
