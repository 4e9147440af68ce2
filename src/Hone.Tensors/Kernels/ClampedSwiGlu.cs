using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>The gate of gpt-oss: y = (u + 1) · g · σ(α·g), g = min(gate, limit), u = up clamped to ±limit.</summary>
/// <remarks>
/// <para>All arguments have one shape; y may be gate or up itself, and so may the gradients.</para>
/// <para>No sums. y stays within 1e-6, the gradients within 2e-6 of the double reference (ClampedSwiGluTests).</para>
/// </remarks>
public static class ClampedSwiGlu
{
    public static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, float alpha, float limit, Span<float> y)
    {
        Require.Length(gate, y.Length);
        Require.Length(up, y.Length);

        var most = Vector512.Create(limit);
        for (int i = 0; i < y.Length; i += Lanes.Count)
        {
            var g = Vector512.Min(Lanes.Load(gate, i), most);
            var u = Vector512.Max(Vector512.Min(Lanes.Load(up, i), most), -most);
            Lanes.Store((u + Vector512<float>.One) * (g * VectorMath.Sigmoid(g * alpha)), y, i);
        }
    }

    /// <summary>
    /// dUp = dy · g · σ(α·g), dGate = dy · (u + 1) · σ(α·g) · (1 + α·g · (1 − σ(α·g))); 0 where the input lies beyond its limit. Assigns both.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> gate, ReadOnlySpan<float> up, float alpha, float limit, Span<float> dGate, Span<float> dUp)
    {
        Require.Length(gate, dy.Length);
        Require.Length(up, dy.Length);
        Require.Length<float>(dGate, dy.Length);
        Require.Length<float>(dUp, dy.Length);

        var most = Vector512.Create(limit);
        for (int i = 0; i < dy.Length; i += Lanes.Count)
        {
            var (d, rawGate, rawUp) = (Lanes.Load(dy, i), Lanes.Load(gate, i), Lanes.Load(up, i));
            var g = Vector512.Min(rawGate, most);
            var u = Vector512.Max(Vector512.Min(rawUp, most), -most);
            var sigmoid = VectorMath.Sigmoid(g * alpha);
            var slope = sigmoid * Vector512.MultiplyAddEstimate(g * alpha, Vector512<float>.One - sigmoid, Vector512<float>.One);
            var ofGate = d * ((u + Vector512<float>.One) * slope);
            Lanes.Store(Vector512.ConditionalSelect(Vector512.Equals(g, rawGate), ofGate, Vector512<float>.Zero), dGate, i);
            Lanes.Store(Vector512.ConditionalSelect(Vector512.Equals(u, rawUp), d * (g * sigmoid), Vector512<float>.Zero), dUp, i);
        }
    }
}
