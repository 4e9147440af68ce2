using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class GeGluTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int n)
    {
        var (gate, up, y) = (Gate(n), Randoms.Normal(n, seed: 2), new float[n]);

        GeGlu.Forward(gate, up, y);

        Close.AssertAll([.. gate.Select((g, i) => Gelu(g) * up[i])], y, relative: 1e-6, absolute: 1e-9);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void Backward_matches_central_differences(int n)
    {
        const double Step = 1e-5;
        var (gate, up, dy) = (Gate(n), Randoms.Normal(n, seed: 2), Randoms.Normal(n, seed: 3));
        var (dGate, dUp) = (new float[n], new float[n]);

        GeGlu.Backward(dy, gate, up, dGate, dUp);

        Close.AssertAll(
            [.. gate.Select((g, i) => (double)dy[i] * up[i] * (Gelu(g + Step) - Gelu(g - Step)) / (2 * Step))], dGate, relative: 2e-6, absolute: 2e-6);
        Close.AssertAll([.. gate.Select((g, i) => dy[i] * Gelu(g))], dUp, relative: 2e-6, absolute: 1e-9);
    }

    [Theory]
    [InlineData(1e19f, 1e19f)]
    [InlineData(1e30f, 1e30f)]
    [InlineData(-1e30f, 0)]
    public void Gates_far_from_zero_are_cut_or_pass(float gate, float expected)
    {
        float[] y = [0], dGate = [0], dUp = [0];

        GeGlu.Forward([gate], [1], y);
        GeGlu.Backward([1], [gate], [1], dGate, dUp);

        Assert.Equal((expected, expected > 0 ? 1f : 0f), (Math.Abs(y[0]), Math.Abs(dGate[0])));
    }

    static float[] Gate(int n) => Randoms.Normal(n, seed: n, scale: 4);

    static double Gelu(double g) => 0.5 * g * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (g + (0.044715 * g * g * g))));
}
