using System.Runtime.Intrinsics;
using Hone.Tensors.Kernels;

namespace Hone.Tensors.Optimizers;

/// <summary>
/// AdamW. With g = gradient · gradientScale: w *= 1 − rate · decay; m += (g − m)(1 − β₁); v = v·β₂ + (1 − β₂)·g²;
/// w −= rate / (1 − β₁^step) · m / (√v / √(1 − β₂^step) + ε).
/// </summary>
/// <remarks>
/// Element-wise: any partition of a tensor gives the same bits. Tensors are float32; what depends on the step alone (bias corrections,
/// rate / correction) is computed in double. Ten steps stay within 3e-6 of the published optimizer (AdamWTests).
/// </remarks>
public static class AdamW
{
    /// <summary>
    /// One step over one tensor or a part of it. The step counts from 1; gradientScale is the factor that clipping gives, 1 if there is none.
    /// </summary>
    public static void Step(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> firstMoment, Span<float> secondMoment,
        AdamWSettings settings, float learningRate, int step, float gradientScale)
    {
        Require.Length(gradient, weights.Length);
        Require.Length<float>(firstMoment, weights.Length);
        Require.Length<float>(secondMoment, weights.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);

        var kept = Vector512.Create((float)(1 - learningRate * settings.WeightDecay));
        var rate = Vector512.Create((float)(learningRate / (1 - Math.Pow(settings.Beta1, step))));
        var correction = Vector512.Create((float)Math.Sqrt(1 - Math.Pow(settings.Beta2, step)));
        var epsilon = Vector512.Create((float)settings.Epsilon);
        var toFirst = Vector512.Create((float)(1 - settings.Beta1));
        var beta2 = Vector512.Create((float)settings.Beta2);
        var toSecond = Vector512.Create((float)(1 - settings.Beta2));

        for (int i = 0; i < weights.Length; i += Lanes.Count)
        {
            var g = Lanes.Load(gradient, i) * gradientScale;
            var m = Lanes.Load(firstMoment, i);
            m = Vector512.MultiplyAddEstimate(g - m, toFirst, m);
            var v = Vector512.MultiplyAddEstimate(toSecond * g, g, Lanes.Load(secondMoment, i) * beta2);
            var direction = m / (Vector512.Sqrt(v) / correction + epsilon);

            Lanes.Store(m, firstMoment, i);
            Lanes.Store(v, secondMoment, i);
            Lanes.Store(Lanes.Load(weights, i) * kept - rate * direction, weights, i);
        }
    }
}
