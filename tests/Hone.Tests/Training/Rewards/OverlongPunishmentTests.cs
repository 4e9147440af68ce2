using Hone.Training.Rewards;

namespace Hone.Tests.Training.Rewards;

public class OverlongPunishmentTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(81, -0.05)]
    [InlineData(90, -0.5)]
    [InlineData(100, -1)]
    public void It_grows_from_the_buffers_beginning_to_the_limit(int length, double expected) =>
        Assert.Equal(expected, OverlongPunishment.Of(length, maxLength: 100, buffer: 20));
}
