using Hone.Tensors.Optimizers;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels;

namespace Hone.Tests.Tensors.Optimizers;

[Trait("Tier", "all")]
public class AdamWTests
{
    static readonly AdamWSettings _settings = new(0.9, 0.95, 1e-6, WeightDecay: 0.1);

    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Steps_match_the_formula_in_double(int n)
    {
        float[] weights = Randoms.Normal(n, seed: n);
        var (first, second) = (new float[n], new float[n]);
        double[] expected = Doubles.Of(weights);
        var (m, v) = (new double[n], new double[n]);

        for (int step = 1; step <= 4; step++)
        {
            var gradient = Randoms.Normal(n, seed: 100 * n + step);
            AdamW.Step(weights, gradient, first, second, _settings, learningRate: 0.01f, step, gradientScale: 0.5f);
            StepInDouble(expected, gradient, m, v, step);
        }

        Close.AssertAll(expected, weights, 0, 1e-6);
        Close.AssertAll(m, first, 0, 1e-6);
        Close.AssertAll(v, second, 0, 1e-6);
    }

    [Fact]
    public void A_tensor_in_parts_gets_the_bits_of_the_whole()
    {
        var (whole, parts) = (Randoms.Normal(67, seed: 1), Randoms.Normal(67, seed: 1));
        var gradient = Randoms.Normal(67, seed: 2);
        var (m, v) = (new float[67], new float[67]);
        AdamW.Step(whole, gradient, m, v, _settings, 0.01f, step: 1, gradientScale: 1);

        foreach (var part in new[] { ..21, 21..22, 22..67 })
        {
            AdamW.Step(parts.AsSpan(part), gradient.AsSpan(part), new float[67].AsSpan(part), new float[67].AsSpan(part), _settings, 0.01f, 1, 1);
        }

        Assert.Equal(whole, parts);
    }

    [Fact]
    public void A_rate_of_zero_moves_no_weight()
    {
        var weights = Randoms.Normal(20, seed: 1);
        var before = weights.ToArray();

        AdamW.Step(weights, Randoms.Normal(20, seed: 2), new float[20], new float[20], _settings, learningRate: 0, step: 1, gradientScale: 1);

        Assert.Equal(before, weights);
    }

    static void StepInDouble(double[] w, float[] gradient, double[] m, double[] v, int step)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double g = 0.5 * gradient[i];
            w[i] *= 1 - 0.01 * 0.1;
            m[i] += (g - m[i]) * (1 - 0.9);
            v[i] = v[i] * 0.95 + (1 - 0.95) * g * g;
            w[i] -= 0.01 / (1 - Math.Pow(0.9, step)) * m[i] / (Math.Sqrt(v[i]) / Math.Sqrt(1 - Math.Pow(0.95, step)) + 1e-6);
        }
    }
}
