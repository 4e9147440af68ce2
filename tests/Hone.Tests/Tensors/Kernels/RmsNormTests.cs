using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class RmsNormTests
{
    const int R = 3;

    public static TheoryData<int> EveryWidth => [.. Widths.All];

    public static TheoryData<int> SmallWidths => [.. Widths.Small, 129];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int C)
    {
        var (x, w) = Inputs(C);
        var y = new float[R * C];

        RmsNorm.Forward(x, w, epsilon: 1e-6f, invRms: new float[R], y);

        Close.AssertAll(RmsNormReference.Forward(Doubles.Of(x), Doubles.Of(w), 1e-6), y, relative: 2e-6);
    }

    [Theory, MemberData(nameof(SmallWidths))]
    public void Backward_matches_central_differences(int C)
    {
        var (x, w) = Inputs(C);
        x = Randoms.Normal(R * C, seed: C); // no quiet row: differences need steps far below the values
        var dy = Randoms.Normal(R * C, seed: C + 2);
        var (invRms, dx, dw) = (new float[R], new float[R * C], new float[C]);
        RmsNorm.Forward(x, w, 0.1f, invRms, new float[R * C]);

        RmsNorm.Backward(dy, x, w, invRms, dx, accumulate: false);
        RmsNorm.WeightGradient(dy, x, invRms, dw);

        double Loss(double[] at, double[] weight) => Doubles.Dot(RmsNormReference.Forward(at, weight, 0.1f), dy);
        Close.AssertAll(Doubles.Gradient(at => Loss(at, Doubles.Of(w)), x), dx, 1e-5, 3e-6);
        Close.AssertAll(Doubles.Gradient(at => Loss(Doubles.Of(x), at), w), dw, 1e-5, 3e-6);
    }

    [Fact]
    public void Backward_adds_or_assigns_as_it_is_told()
    {
        var (x, w) = Inputs(21);
        var invRms = new float[R];
        RmsNorm.Forward(x, w, 1e-6f, invRms, new float[R * 21]);
        var (assigned, added) = (Randoms.Normal(R * 21, seed: 5), new float[R * 21]);
        Array.Fill(added, 3);

        RmsNorm.Backward(x, x, w, invRms, assigned, accumulate: false);
        RmsNorm.Backward(x, x, w, invRms, added, accumulate: true);

        Assert.Equal(assigned.Select(v => v + 3), added);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void A_row_alone_has_the_bits_it_has_among_many(int C)
    {
        const int Many = 64;
        var (x, dy, w) = (Randoms.Normal(Many * C, seed: 1), Randoms.Normal(Many * C, seed: 2), Randoms.Normal(C, seed: 3));
        var (invRms, y, dx) = (new float[Many], new float[Many * C], new float[Many * C]);
        RmsNorm.Forward(x, w, 1e-6f, invRms, y);
        RmsNorm.Backward(dy, x, w, invRms, dx, accumulate: false);

        var (invRms_r, y_r, dx_r) = (new float[1], new float[C], new float[C]);
        var row = (41 * C)..(42 * C);
        RmsNorm.Forward(x[row], w, 1e-6f, invRms_r, y_r);
        RmsNorm.Backward(dy[row], x[row], w, invRms_r, dx_r, accumulate: false);

        Assert.Equal(y[row], y_r);
        Assert.Equal(dx[row], dx_r);
    }

    [Fact]
    public void A_wrong_length_is_named()
    {
        var failure = Assert.Throws<ArgumentException>(() => RmsNorm.Forward(new float[7], new float[4], 1e-6f, new float[2], new float[8]));

        Assert.Contains("'x' is 7", failure.Message, StringComparison.Ordinal);
    }

    static (float[] X, float[] W) Inputs(int C)
    {
        var (x, w) = (Randoms.Normal(R * C, seed: C), Randoms.Normal(C, seed: C + 1));
        x.AsSpan(0, C).Fill(1e-4f); // a quiet row, where ε decides the answer
        return (x, w);
    }
}
