using Hone.Tensors;

namespace Hone.Tests.Tensors;

public class PhiloxTests
{
    [Fact]
    public void Blocks_match_the_published_known_answers()
    {
        const uint F = uint.MaxValue;

        Assert.Equal(new(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8), Philox.Block(new(0, 0, 0, 0), 0, 0));
        Assert.Equal(new(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd), Philox.Block(new(F, F, F, F), F, F));
        Assert.Equal(
            new(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1),
            Philox.Block(new(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), 0xa4093822, 0x299f31d0));
    }

    [Fact]
    public void Seed_purpose_and_every_counter_change_the_numbers()
    {
        UInt4[] blocks =
        [
            new Philox(1, 2).At(3, 4, 5, 6), new Philox(0, 2).At(3, 4, 5, 6), new Philox(1UL << 32 | 1, 2).At(3, 4, 5, 6),
            new Philox(1, 0).At(3, 4, 5, 6), new Philox(1, 2).At(0, 4, 5, 6), new Philox(1, 2).At(3, 0, 5, 6),
            new Philox(1, 2).At(3, 4, 0, 6), new Philox(1, 2).At(3, 4, 5, 0),
        ];

        Assert.Equal(blocks.Length, blocks.Distinct().Count());
        Assert.Equal(blocks[0], new Philox(1, 2).At(3, 4, 5, 6));
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        var philox = new Philox(seed: 7, purpose: 1);
        float[] floats = [.. Enumerable.Range(0, 20000).Select(i => philox.Uniform((uint)i, 0, 0, 0))];
        double[] doubles = [.. Enumerable.Range(0, 20000).Select(i => philox.UniformDouble(0, (uint)i, 0, 0))];

        Assert.All(floats, u => Assert.True(u is >= 0 and < 1 && u * (1 << 24) == MathF.Floor(u * (1 << 24))));
        Assert.All(doubles, u => Assert.InRange(u, 0, 1 - double.Epsilon));
        foreach (var numbers in new[] { floats.Select(u => (double)u), doubles })
        {
            // 2,000 are expected in each tenth; five standard deviations are 212.
            Assert.All(numbers.CountBy(u => (int)(10 * u)), tenth => Assert.InRange(tenth.Value, 1788, 2212));
        }
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_variance_1_and_are_uncorrelated()
    {
        var philox = new Philox(seed: 7, purpose: 2);
        (double First, double Second)[] pairs = [.. Enumerable.Range(0, 20000).Select(i => philox.Normal(0, 0, 0, (uint)i))];

        Assert.All([pairs.Average(p => p.First), pairs.Average(p => p.Second)], mean => Assert.InRange(mean, -0.035, 0.035));
        Assert.All(
            [pairs.Average(p => p.First * p.First), pairs.Average(p => p.Second * p.Second)],
            variance => Assert.InRange(variance, 0.95, 1.05));
        Assert.InRange(pairs.Average(p => p.First * p.Second), -0.035, 0.035);
        Assert.InRange(pairs.Count(p => Math.Abs(p.First) > 1.959964), 846, 1154);
    }
}
