using Hone.Training.Monitoring;

namespace Hone.Tests.Training.Monitoring;

public class RepetitionTests
{
    [Theory]
    [InlineData(new int[0], 0)]
    [InlineData(new[] { 1, 1, 1, 1 }, 0)]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 0)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 0.8)]
    [InlineData(new[] { 1, 2, 3, 4, 1, 2, 3, 4 }, 0.2)]
    public void Sequences_of_four_that_stood_before_count(int[] tokens, double share) => Assert.Equal(share, Repetition.Of(tokens), 12);
}
