using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class SwiGluTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int n)
    {
        var (gate, up, y) = (Gate(n), Randoms.Normal(n, seed: 2), new float[n]);

        SwiGlu.Forward(gate, up, y);

        Close.AssertAll(SwiGluReference.Forward(Doubles.Of(gate), Doubles.Of(up)), y, relative: 1e-6);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void Backward_matches_central_differences(int n)
    {
        var (gate, up, dy) = (Gate(n), Randoms.Normal(n, seed: 2), Randoms.Normal(n, seed: 3));
        var (dGate, dUp) = (new float[n], new float[n]);

        SwiGlu.Backward(dy, gate, up, dGate, dUp);

        double[] d = Doubles.Of(dy);
        Close.AssertAll(ElementGradient(gate, at => SwiGluReference.Forward(at, Doubles.Of(up)), d), dGate, 2e-6, 2e-6);
        Close.AssertAll(ElementGradient(up, at => SwiGluReference.Forward(Doubles.Of(gate), at), d), dUp, 2e-6, 1e-6);
    }

    [Fact]
    public void An_element_has_the_same_bits_wherever_it_stands()
    {
        var (gate, up, y, single) = (Gate(67), Randoms.Normal(67, seed: 2), new float[67], new float[1]);
        SwiGlu.Forward(gate, up, y);

        for (int i = 0; i < 67; i++)
        {
            SwiGlu.Forward(gate.AsSpan(i, 1), up.AsSpan(i, 1), single);
            Assert.Equal(y[i], single[0]);
        }
    }

    [Fact]
    public void The_result_may_take_the_place_of_the_gate()
    {
        var (gate, up, y) = (Gate(67), Randoms.Normal(67, seed: 2), new float[67]);
        SwiGlu.Forward(gate, up, y);

        SwiGlu.Forward(gate, up, gate);

        Assert.Equal(y, gate);
    }

    static float[] Gate(int n) => Randoms.Normal(n, seed: n, scale: 4);

    // Each output depends on its own input alone, so one pair of evaluations gives every difference.
    static double[] ElementGradient(float[] x, Func<double[], double[]> f, double[] dy)
    {
        const double Step = 1e-5;
        var above = f([.. x.Select(v => v + Step)]);
        var below = f([.. x.Select(v => v - Step)]);
        return [.. dy.Select((d, i) => d * (above[i] - below[i]) / (2 * Step))];
    }
}
