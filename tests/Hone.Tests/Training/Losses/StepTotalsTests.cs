using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class StepTotalsTests
{
    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 7)]
    public void Truncated_completions_count_as_completions_but_their_tokens_only_when_they_train(bool masked, double tokens)
    {
        var totals = StepTotals.Of(new() { MaskTruncated = masked }, 5, [3, 5, 4], [false, true, false]);

        Assert.Equal((3, tokens), (totals.Completions, totals.Tokens));
    }

    [Fact]
    public void Tokens_that_tie_with_the_threshold_are_all_kept()
    {
        var settings = new PolicyLossSettings { TopEntropyQuantile = 0.25 };

        var totals = StepTotals.Of(settings, 5, [5], []).WithEntropies(settings, [0.1, 0.5, 0.5, 0.2, 0.5]);

        Assert.Equal((0.5, 3), (totals.EntropyThreshold, totals.EntropyTokens));
    }
}
