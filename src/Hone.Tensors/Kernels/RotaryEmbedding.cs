using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// Rotary position embedding, half-split: of the first N components of a head, j and j + N/2 turn by the angle position · frequency_j;
/// the rest pass unchanged. a' = a·cos − b·sin, b' = b·cos + a·sin.
/// </summary>
/// <remarks>
/// <para>x: [rows, heads, headWidth], in place. N = rotatedWidth. cos, sin: [positions, N/2]. positions: [rows], indices into the tables.</para>
/// <para>No sums. Angle, cosine and sine are computed in float32, as published checkpoints were trained; a rotation stays within 1e-6 of
/// the double reference over the same tables (RotaryEmbeddingTests).</para>
/// </remarks>
public static class RotaryEmbedding
{
    /// <summary>Fills cos and sin, [positions, N/2], for the positions from 0. Both carry the attention factor.</summary>
    public static void Tables(
        ReadOnlySpan<float> inverseFrequencies, float attentionFactor, int positions, Span<float> cos, Span<float> sin)
    {
        int half = inverseFrequencies.Length;
        Require.Length<float>(cos, (long)positions * half);
        Require.Length<float>(sin, (long)positions * half);

        for (int position = 0; position < positions; position++)
        {
            for (int j = 0; j < half; j++)
            {
                float angle = position * inverseFrequencies[j];
                cos[position * half + j] = MathF.Cos(angle) * attentionFactor;
                sin[position * half + j] = MathF.Sin(angle) * attentionFactor;
            }
        }
    }

    /// <summary>Turns every head of every row in place.</summary>
    public static void Forward(
        Span<float> x, int rows, int heads, int headWidth, int rotatedWidth, ReadOnlySpan<int> positions,
        ReadOnlySpan<float> cos, ReadOnlySpan<float> sin) =>
        Rotate(x, rows, heads, headWidth, rotatedWidth, positions, cos, sin, direction: 1);

    /// <summary>Turns the gradient of the output into the gradient of the input, in place: the transpose, a turn by the negative angle.</summary>
    public static void Backward(
        Span<float> dx, int rows, int heads, int headWidth, int rotatedWidth, ReadOnlySpan<int> positions,
        ReadOnlySpan<float> cos, ReadOnlySpan<float> sin) =>
        Rotate(dx, rows, heads, headWidth, rotatedWidth, positions, cos, sin, direction: -1);

    static void Rotate(
        Span<float> x, int rows, int heads, int headWidth, int rotatedWidth, ReadOnlySpan<int> positions,
        ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, float direction)
    {
        Require.Length<float>(x, (long)rows * heads * headWidth);
        Require.Length(positions, rows);
        Require.Equal(sin.Length, cos.Length);
        int half = rotatedWidth / 2;

        for (int r = 0; r < rows; r++)
        {
            var cos_r = cos.Slice(positions[r] * half, half);
            var sin_r = sin.Slice(positions[r] * half, half);
            for (int h = 0; h < heads; h++)
            {
                var head = x.Slice((r * heads + h) * headWidth, headWidth);
                RotateHead(head[..half], head.Slice(half, half), cos_r, sin_r, direction);
            }
        }
    }

    static void RotateHead(Span<float> first, Span<float> second, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, float direction)
    {
        for (int j = 0; j < first.Length; j += Lanes.Count)
        {
            var (a, b) = (Lanes.Load(first, j), Lanes.Load(second, j));
            var (c, s) = (Lanes.Load(cos, j), Lanes.Load(sin, j) * direction);
            Lanes.Store(Vector512.MultiplyAddEstimate(-s, b, a * c), first, j);
            Lanes.Store(Vector512.MultiplyAddEstimate(s, a, b * c), second, j);
        }
    }
}
