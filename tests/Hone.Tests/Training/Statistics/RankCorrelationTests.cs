using Hone.Training.Statistics;

namespace Hone.Tests.Training.Statistics;

public class RankCorrelationTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 5, 6, 7, 8, 7 }, 0.8207826816681233, 0.7378647873726218)]
    [InlineData(new double[] { 12, 2, 1, 12, 2 }, new double[] { 1, 4, 7, 1, 0 }, -0.5407380704358752, -0.47140452079103173)]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 3, 2, 1 }, -1, -1)]
    [InlineData(new double[] { 0, 1, 1, 0 }, new double[] { 0, 1, 1, 0 }, 1, 1)]
    public void Order_is_compared_as_by_hand(double[] x, double[] y, double spearman, double kendall)
    {
        Assert.Equal(spearman, RankCorrelation.Spearman(x, y), 12);
        Assert.Equal(kendall, RankCorrelation.KendallTauB(x, y), 12);
    }

    [Fact]
    public void A_constant_has_no_order()
    {
        Assert.Equal(double.NaN, RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Equal(double.NaN, RankCorrelation.KendallTauB([1, 1, 1], [1, 2, 3]));
    }
}
