using Hone.Training.Statistics;

namespace Hone.Tests.Training.Statistics;

public class CohenKappaTests
{
    [Theory]
    [InlineData(20, 5, 10, 15, 0.7, 0.4)]
    [InlineData(45, 15, 25, 15, 0.6, 0.1304347826)]
    [InlineData(25, 35, 5, 35, 0.6, 0.2592592593)]
    [InlineData(10, 0, 0, 10, 1, 1)]
    [InlineData(0, 10, 10, 0, 0, -1)]
    public void Two_raters_agree_so_far_beyond_chance(int a, int b, int c, int d, double agreement, double kappa)
    {
        var found = CohenKappa.Of([[a, b], [c, d]]);

        Assert.Equal(agreement, found.Agreement, 10);
        Assert.Equal(kappa, found.Kappa, 9);
        Assert.InRange(found.Kappa, found.Interval.Low, found.Interval.High);
    }

    [Fact]
    public void One_category_alone_tells_nothing() => Assert.True(double.IsNaN(CohenKappa.Of([[7, 0], [0, 0]]).Kappa));
}
