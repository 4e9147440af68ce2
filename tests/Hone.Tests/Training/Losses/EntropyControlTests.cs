using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class EntropyControlTests
{
    static readonly EntropyControlSettings _control = new() { Target = 0.2, Step = 0.005, MaxCoefficient = 0.012 };

    [Fact]
    public void The_weight_grows_while_the_entropy_is_below_the_target_and_shrinks_while_it_is_above()
    {
        double coefficient = 0;
        List<double> seen = [];
        foreach (double entropy in (double[])[0.1, 0.1, 0.1, 0.2, 0.3, 0.3, 0.3])
        {
            coefficient = _control.Next(coefficient, entropy);
            seen.Add(coefficient);
        }

        Assert.Equal([0.005, 0.01, 0.012, 0.012, 0.007, 0.002, 0], seen.Select(c => Math.Round(c, 12)));
    }

    [Theory]
    [InlineData(0.1, 0.01)]
    [InlineData(0.2, 0.01)]
    [InlineData(0.21, 0)]
    public void Above_the_target_there_is_no_bonus(double entropy, double applied) => Assert.Equal(applied, _control.Applied(0.01, entropy));
}
