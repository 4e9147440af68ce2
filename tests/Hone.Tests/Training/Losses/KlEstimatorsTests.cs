using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class KlEstimatorsTests
{
    [Theory]
    [InlineData(1e-9)]
    [InlineData(-1e-9)]
    [InlineData(1e-12)]
    public void K3_keeps_its_digits_near_zero(double d)
    {
        double expected = d * d / 2 * (1 + d / 3);

        Assert.Equal(expected, KlEstimators.Value(KlEstimator.K3, d), Math.Abs(expected) * 1e-14);
        Assert.Equal(-d * (1 + d / 2), KlEstimators.Slope(KlEstimator.K3, d), Math.Abs(d) * 1e-14);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(-0.5)]
    public void K3_is_continuous_where_the_series_ends(double d) =>
        Assert.Equal(KlEstimators.Value(KlEstimator.K3, d), KlEstimators.Value(KlEstimator.K3, double.BitIncrement(d)), 1e-15);

    [Theory]
    [InlineData(KlEstimator.K1)]
    [InlineData(KlEstimator.K2)]
    [InlineData(KlEstimator.K3)]
    public void The_weighted_slope_is_value_plus_slope(KlEstimator estimator) =>
        Assert.All([-2.0, -0.3, 0, 0.7, 3], d =>
            Assert.Equal(KlEstimators.Value(estimator, d) + KlEstimators.Slope(estimator, d), KlEstimators.WeightedSlope(estimator, d), 1e-13));
}
