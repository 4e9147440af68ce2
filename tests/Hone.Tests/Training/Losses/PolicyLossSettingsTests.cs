using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class PolicyLossSettingsTests
{
    [Fact]
    public void The_defaults_can_be_run() => Assert.Empty(new PolicyLossSettings().Problems());

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var settings = new PolicyLossSettings
        {
            ClipLow = -0.1,
            ClipHigh = double.NaN,
            Delta = 1,
            KlCoefficient = double.PositiveInfinity,
            EntropyCoefficient = -1,
            TopEntropyQuantile = 1.5,
        };

        string[] problems = [.. settings.Problems()];

        Assert.Equal(
            ["clipLow", "clipHigh", "delta", "klCoefficient", "entropyCoefficient", "topEntropyQuantile"],
            problems.Select(problem => problem.Split(' ')[0]));
    }
}
