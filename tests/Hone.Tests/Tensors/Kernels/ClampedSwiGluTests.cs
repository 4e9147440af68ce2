using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class ClampedSwiGluTests
{
    const float Alpha = 1.702f, Limit = 2.5f;

    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int n)
    {
        var (gate, up, y) = (Randoms.Normal(n, seed: n, scale: 3), Randoms.Normal(n, seed: 2, scale: 3), new float[n]);

        ClampedSwiGlu.Forward(gate, up, Alpha, Limit, y);

        Close.AssertAll(Reference(Doubles.Of(gate), Doubles.Of(up)), y, 1e-6, 1e-6);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void Backward_matches_central_differences(int n)
    {
        var (gate, up, dy) = (Randoms.Normal(n, seed: n, scale: 3), Randoms.Normal(n, seed: 2, scale: 3), Randoms.Normal(n, seed: 3));
        var (dGate, dUp) = (new float[n], new float[n]);

        ClampedSwiGlu.Backward(dy, gate, up, Alpha, Limit, dGate, dUp);

        double[] g = Doubles.Of(gate), u = Doubles.Of(up);
        Close.AssertAll(Differences(g, at => Reference(at, u), dy), dGate, 2e-6, 2e-6);
        Close.AssertAll(Differences(u, at => Reference(g, at), dy), dUp, 2e-6, 2e-6);
    }

    [Fact]
    public void Beyond_a_limit_nothing_flows_back()
    {
        var (dGate, dUp) = (new float[4], new float[4]);

        ClampedSwiGlu.Backward([1, 1, 1, 1], [Limit, 2.6f, -9, 1], [1, Limit, 2.6f, -2.6f], Alpha, Limit, dGate, dUp);

        Assert.Equal([false, true, false, false], dGate.Select(d => d == 0));
        Assert.Equal([false, false, true, true], dUp.Select(d => d == 0));
    }

    [Fact]
    public void An_element_has_the_same_bits_wherever_it_stands()
    {
        var (gate, up, y, single) = (Randoms.Normal(67, seed: 1, scale: 3), Randoms.Normal(67, seed: 2), new float[67], new float[1]);
        ClampedSwiGlu.Forward(gate, up, Alpha, Limit, y);

        for (int i = 0; i < 67; i++)
        {
            ClampedSwiGlu.Forward(gate.AsSpan(i, 1), up.AsSpan(i, 1), Alpha, Limit, single);
            Assert.Equal(y[i], single[0]);
        }
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        float[] y = new float[2];

        ClampedSwiGlu.Forward([float.NaN, 1], [1, float.NaN], Alpha, Limit, y);

        Assert.All(y, v => Assert.True(float.IsNaN(v)));
    }

    static double[] Reference(double[] gate, double[] up) =>
        [.. gate.Zip(up, (g, u) => (Math.Clamp(u, -Limit, Limit) + 1) * Math.Min(g, Limit) / (1 + Math.Exp(-Alpha * Math.Min(g, Limit))))];

    // Each output depends on its own input alone.
    static double[] Differences(double[] x, Func<double[], double[]> f, float[] dy)
    {
        const double Step = 1e-6;
        double[] above = f([.. x.Select(v => v + Step)]), below = f([.. x.Select(v => v - Step)]);
        return [.. dy.Select((d, i) => d * (above[i] - below[i]) / (2 * Step))];
    }
}
