using Hone.Tensors.Optimizers;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels;

namespace Hone.Tests.Tensors.Optimizers;

[Trait("Tier", "all")]
public class GradientClipTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void The_sum_of_squares_matches_the_reference(int n)
    {
        var gradient = Randoms.Normal(n, seed: n);

        Close.AssertEqual(gradient.Sum(g => (double)g * g), GradientClip.SumOfSquares(gradient), relative: 1e-14);
    }

    [Fact]
    public void The_norm_runs_over_all_tensors() => Assert.Equal(5, GradientClip.Norm([9, 16]));

    [Theory]
    [InlineData(0.5, 1, 1)]
    [InlineData(4, 1, 0.25)]
    [InlineData(0, 1, 1)]
    public void Only_gradients_above_the_limit_shrink(double norm, double limit, double expected) =>
        Close.AssertEqual(expected, GradientClip.Factor(norm, limit), relative: 1e-6);
}
