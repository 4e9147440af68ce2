using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class ElementWiseTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Sums_and_multiples_match_the_reference(int n)
    {
        var (x, y) = (Randoms.Normal(n, seed: n), Randoms.Normal(n, seed: n + 1));
        var (sum, scaled, both) = ((float[])y.Clone(), (float[])y.Clone(), (float[])y.Clone());

        ElementWise.Add(x, sum);
        ElementWise.Scale(0.7f, scaled);
        ElementWise.AddScaled(x, 0.7f, both);

        Assert.Equal(x.Zip(y, (a, b) => a + b), sum);
        Assert.Equal(y.Select(v => v * 0.7f), scaled);
        Close.AssertAll([.. x.Zip(y, (a, b) => (double)0.7f * a + b)], both, 2e-7, 2e-7);
    }
}
