using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// One row of logits to log-probabilities at a temperature: z = logits · inverseTemperature, logSumExp = m + log Σ e^(z − m), m = max z;
/// log p_v = z_v − logSumExp; entropy H = −Σ p · log p.
/// </summary>
/// <remarks>
/// <para>logits_V: [V], −∞ allowed (probability 0) as long as one logit is finite. logSumExp and H are kept for the backward pass.</para>
/// <para>Order of summation: <see cref="VocabularySums"/>. Sampler and trainer both use it, so their log-probabilities are equal in every bit.
/// Within 2e-5 + 2e-5 relative of the double reference (LogSoftmaxTests).</para>
/// </remarks>
public static class LogSoftmax
{
    /// <summary>The two numbers of a row from which every log-probability and gradient follows. NaN logits give NaN.</summary>
    public static void Forward(ReadOnlySpan<float> logits_V, float inverseTemperature, out float logSumExp, out float entropy)
    {
        var sums = VocabularySums.Of(logits_V, inverseTemperature);
        logSumExp = sums.LogSumExp;
        entropy = sums.Entropy;
    }

    /// <summary>log p of the token with this logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LogProbability(float logit, float inverseTemperature, float logSumExp) =>
        logit * inverseTemperature - logSumExp;

    /// <summary>
    /// dLogits_v = inverseTemperature · (dLogProbability · ([v = target] − p_v) − dEntropy · p_v · (log p_v + H)),
    /// assigned over the logits themselves.
    /// </summary>
    public static void Backward(
        Span<float> logits_V, float inverseTemperature, float logSumExp, int target, float dLogProbability, float entropy, float dEntropy)
    {
        var byProbability = Vector512.Create(-inverseTemperature * dLogProbability);
        var byEntropy = Vector512.Create(-inverseTemperature * dEntropy);
        for (int i = 0; i < logits_V.Length; i += Lanes.Count)
        {
            var logP = Lanes.Load(logits_V, i) * inverseTemperature - Vector512.Create(logSumExp);
            var p = VectorMath.Exp(logP);
            var factor = Vector512.MultiplyAddEstimate(byEntropy, logP + Vector512.Create(entropy), byProbability);
            Lanes.Store(ZeroWhereZero(p, p * factor), logits_V, i);
        }

        logits_V[target] += inverseTemperature * dLogProbability;
    }

    /// <summary>The largest element; NaN if any is NaN, −∞ if there is none.</summary>
    public static float Max(ReadOnlySpan<float> x)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            largest = Vector512.Max(largest, Lanes.Load(x, i, pad: float.NegativeInfinity));
        }

        return Lanes.Max(largest);
    }

    // Where a probability is 0 its logarithm is −∞, and their product has the limit 0, not NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> ZeroWhereZero(Vector512<float> p, Vector512<float> product) =>
        Vector512.ConditionalSelect(Vector512.Equals(p, Vector512<float>.Zero), Vector512<float>.Zero, product);
}
