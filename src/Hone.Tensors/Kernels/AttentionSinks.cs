namespace Hone.Tensors.Kernels;

/// <summary>
/// One learned logit per head that the softmax counts and whose share is dropped: with L = logSumExp of the scores,
/// L' = ln(e^L + e^sink), y' = y · e^(L − L').
/// </summary>
/// <remarks>
/// <para>sinks: [H]. y: [H·D] of one row, logSumExp: [H] of it; both are replaced. The backward pass of <see cref="Attention"/> over L' and y'
/// is that of attention with sinks.</para>
/// <para>d sink = −Σ_t e^(sink − L'_t) · (dy_t · y'_t), t ascending.</para>
/// </remarks>
static class AttentionSinks
{
    public static void Forward(ReadOnlySpan<float> sinks, Span<float> logSumExp, Span<float> y)
    {
        int D = y.Length / sinks.Length;
        for (int h = 0; h < sinks.Length; h++)
        {
            double largest = Math.Max(logSumExp[h], sinks[h]);
            double joined = largest + Math.Log(Math.Exp(logSumExp[h] - largest) + Math.Exp(sinks[h] - largest));
            ElementWise.Scale((float)Math.Exp(logSumExp[h] - joined), y.Slice(h * D, D));
            logSumExp[h] = (float)joined;
        }
    }

    /// <summary>Adds one row's share to dSinks [H].</summary>
    public static void AddGradient(
        ReadOnlySpan<float> sinks, ReadOnlySpan<float> logSumExp, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dSinks)
    {
        int D = y.Length / sinks.Length;
        for (int h = 0; h < sinks.Length; h++)
        {
            double delta = 0;
            for (int d = h * D; d < (h + 1) * D; d++)
            {
                delta += (double)dy[d] * y[d];
            }

            dSinks[h] -= (float)(Math.Exp((double)sinks[h] - logSumExp[h]) * delta);
        }
    }
}
