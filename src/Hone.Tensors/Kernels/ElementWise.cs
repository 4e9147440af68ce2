using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>Sums and multiples of equal shapes. No sums over an axis: each element depends on its own operands only.</summary>
public static class ElementWise
{
    /// <summary>y += x.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        Require.Length(x, y.Length);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(y, i) + Lanes.Load(x, i), y, i);
        }
    }

    /// <summary>y *= scale.</summary>
    public static void Scale(float scale, Span<float> y)
    {
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(y, i) * scale, y, i);
        }
    }

    /// <summary>y = scale · x.</summary>
    public static void Scaled(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        Require.Length(x, y.Length);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(x, i) * scale, y, i);
        }
    }

    /// <summary>y += scale · x.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        Require.Length(x, y.Length);
        var factor = Vector512.Create(scale);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            Lanes.Store(Vector512.MultiplyAddEstimate(Lanes.Load(x, i), factor, Lanes.Load(y, i)), y, i);
        }
    }
}
