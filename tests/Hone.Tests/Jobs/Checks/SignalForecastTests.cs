using Hone.Jobs.Checks;

namespace Hone.Tests.Jobs.Checks;

public class SignalForecastTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(16)]
    public void Prompts_of_equal_difficulty_follow_the_binomial(int size)
    {
        double[][] scores = [.. Enumerable.Repeat<double[]>([1, 0, 0, 0], 50)];

        Assert.Equal(1 - Math.Pow(0.25, size) - Math.Pow(0.75, size), SignalForecast.Share(scores, size), 9);
    }

    [Fact]
    public void Prompts_that_are_always_or_never_solved_carry_nothing()
    {
        double[][] scores = [.. Enumerable.Range(0, 40).Select(p => Enumerable.Repeat(p % 2.0, 8).ToArray())];

        Assert.InRange(SignalForecast.Share(scores, 8), 0, 0.02);
        Assert.Equal(0, SignalForecast.Share([[1, 1], [1, 1]], 8));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Difficulties_that_are_spread_evenly_are_found_again(int size)
    {
        // p uniform on (0, 1), which is Beta(1, 1): 1 − 2/(G + 1). Counts of 8 answers are then uniform on 0 to 8.
        double[][] scores = [.. Enumerable.Range(0, 90).Select(p => Enumerable.Range(0, 8).Select(i => i < p % 9 ? 1.0 : 0).ToArray())];

        Assert.Equal(1 - (2.0 / (size + 1)), SignalForecast.Share(scores, size), 2);
    }

    [Fact]
    public void Of_several_scores_the_answers_seen_are_drawn_from()
    {
        // Three of four are equal: two drawn without replacement are both among them with 3/4 · 2/3.
        Assert.Equal(0.5, SignalForecast.Share([[0.1, 0.1, 0.1, 0.5], [0.2, 0.2, 0.2, 0.7]], 2), 12);
    }
}
