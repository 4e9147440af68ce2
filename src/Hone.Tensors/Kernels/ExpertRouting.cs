using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>Which k of E experts a row goes to, and with which weights: softmax of the router's logits.</summary>
/// <remarks>
/// <para>logits: [E]. experts, weights: [k], the largest logit first; of equal ones the lowest index. NaN is chosen last.</para>
/// <para>Over the chosen: w = softmax(logits of the chosen), which is softmax over all divided by its sum over the chosen. Over all:
/// w[j] = softmax(logits)[experts[j]], which sums to less than 1.</para>
/// <para>Each sum runs over its own row in the order of <see cref="Lanes"/>. Weights stay within 1e-6, gradients within 2e-6 of the double
/// reference (ExpertRoutingTests).</para>
/// </remarks>
public static class ExpertRouting
{
    public static void Forward(ReadOnlySpan<float> logits, bool overAll, Span<int> experts, Span<float> weights)
    {
        Require.Length<float>(weights, experts.Length);
        Choose(logits, experts);
        for (int j = 0; j < experts.Length; j++)
        {
            weights[j] = logits[experts[j]];
        }

        float max = weights[0];
        float sum = SumOfExp(overAll ? logits : weights, max);
        ToShares(weights, max, sum);
    }

    /// <summary>
    /// Over the chosen dLogits[e] = w[j] · (dw[j] − Σ w·dw) for e = experts[j], else 0; over all dLogits[e] = softmax[e] · (dw[e] − Σ w·dw), dw
    /// being 0 for what was not chosen. Assigns dLogits.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> logits, bool overAll, ReadOnlySpan<int> experts, ReadOnlySpan<float> weights, ReadOnlySpan<float> dWeights,
        Span<float> dLogits)
    {
        Require.Length(weights, experts.Length);
        Require.Length(dWeights, experts.Length);
        Require.Length<float>(dLogits, logits.Length);
        float mean = 0;
        for (int j = 0; j < experts.Length; j++)
        {
            mean += weights[j] * dWeights[j];
        }

        dLogits.Clear();
        if (overAll)
        {
            logits.CopyTo(dLogits);
            float max = logits[experts[0]];
            ToShares(dLogits, max, SumOfExp(logits, max));
            ElementWise.Scale(-mean, dLogits);
        }

        for (int j = 0; j < experts.Length; j++)
        {
            dLogits[experts[j]] = weights[j] * (dWeights[j] - mean);
        }
    }

    // k is small: k walks over the logits beat a heap.
    static void Choose(ReadOnlySpan<float> logits, Span<int> experts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(experts.Length, logits.Length);
        for (int j = 0; j < experts.Length; j++)
        {
            int best = -1;
            for (int e = 0; e < logits.Length; e++)
            {
                if ((best < 0 || logits[e] > logits[best] || (float.IsNaN(logits[best]) && !float.IsNaN(logits[e])))
                    && !experts[..j].Contains(e))
                {
                    best = e;
                }
            }

            experts[j] = best;
        }
    }

    static float SumOfExp(ReadOnlySpan<float> x, float max)
    {
        var sums = Vector512<float>.Zero;
        var shift = Vector512.Create(max);
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            sums += VectorMath.Exp(Lanes.Load(x, i, float.NegativeInfinity) - shift);
        }

        return Lanes.Sum(sums);
    }

    // x = e^(x − max) / sum
    static void ToShares(Span<float> x, float max, float sum)
    {
        var (shift, divisor) = (Vector512.Create(max), Vector512.Create(sum));
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            Lanes.Store(VectorMath.Exp(Lanes.Load(x, i) - shift) / divisor, x, i);
        }
    }
}
