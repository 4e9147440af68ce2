using Hone.Training.Statistics;

namespace Hone.Tests.Training.Statistics;

public class StatisticsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(1, 4)]
    public void A_quantile_lies_between_its_neighbours_in_order(double q, double expected) =>
        Assert.Equal(expected, Quantile.Of([4, 1, 3, 2], q));

    [Fact]
    public void A_quantile_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => Quantile.Of([], 0.5));

    [Fact]
    public void Equal_values_have_exactly_no_deviation() =>
        Assert.Equal(new Moments(7, 0.7, 0), Moments.Of([0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]));

    [Fact]
    public void One_value_has_no_deviation_to_speak_of()
    {
        Assert.Equal(double.NaN, Moments.Of([3]).StandardDeviation);
        Assert.Equal(double.NaN, Moments.Of([]).Mean);
    }

    [Fact]
    public void A_large_offset_costs_no_digits() => Assert.Equal(1, Moments.Of([1e9 + 1, 1e9 + 2, 1e9 + 3]).StandardDeviation);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(3, -1, 1)]
    [InlineData(3, 1, 4)]
    [InlineData(3, 1, 0)]
    public void Pass_at_k_outside_its_range_is_refused(int n, int c, int k) =>
        Assert.Throws<ArgumentException>(() => PassAtK.Of(n, c, k));

    [Fact]
    public void Pass_at_one_is_the_share_that_passed() => Assert.Equal(0.3, PassAtK.Of(10, 3, 1), 1e-15);

    [Fact]
    public void Intervals_overlap_when_they_share_a_point()
    {
        Assert.True(new Interval(0, 0.5).Overlaps(new(0.5, 1)));
        Assert.False(new Interval(0.6, 1).Overlaps(new(0, 0.5)));
    }

    [Fact]
    public void The_paired_difference_uses_the_spread_of_the_differences()
    {
        var difference = Difference.Paired(baseline: [0, 0, 1, 0], tuned: [1, 1, 1, 0]);

        double half = 1.959963984540054 * Math.Sqrt(1.0 / 3 / 4);
        Assert.Equal(0.5, difference.Value);
        Assert.Equal(0.5 - half, difference.Interval.Low, 1e-15);
        Assert.Equal(0.5 + half, difference.Interval.High, 1e-15);
    }

    [Fact]
    public void Values_without_a_partner_are_refused() =>
        Assert.Throws<ArgumentException>(() => Difference.Paired([1, 2], [1]));

    [Theory]
    [InlineData(1, 12.706204736174698)]
    [InlineData(2, 4.302652729749464)]
    [InlineData(30, 2.0422724563012373)]
    [InlineData(1e6, 1.9599663693151716)]
    public void The_t_quantile_agrees_with_tables(double freedom, double expected) =>
        Assert.Equal(expected, StudentT.TwoSidedQuantile(0.05, freedom), 1e-8 * expected);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 0)]
    public void Samples_without_spread_differ_for_sure_or_not_at_all(double a, double b, double p) =>
        Assert.Equal(p, WelchT.Of([a, a], [b, b, b]).P);

    [Fact]
    public void Swapping_the_systems_leaves_mcnemar_alone() => Assert.Equal(McNemar.Of(3, 11), McNemar.Of(11, 3));

    [Fact]
    public void Mcnemar_holds_for_thousands_of_items() => Assert.Equal(1, McNemar.Of(3000, 3000).Exact);
}
