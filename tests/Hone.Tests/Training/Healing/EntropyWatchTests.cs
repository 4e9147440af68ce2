using Hone.Tests.Jobs;
using Hone.Training.Healing;

namespace Hone.Tests.Training.Healing;

public class EntropyWatchTests
{
    [Fact]
    public void Entropy_below_its_floor_while_the_reward_falls_is_a_collapse_after_three_steps()
    {
        var (fell, step) = First(Enumerable.Repeat((Entropy: 0.001, Reward: 0.1), 5));

        Assert.True(fell);
        Assert.Equal(4, step);
    }

    [Fact]
    public void A_model_that_is_sure_and_right_has_not_collapsed() =>
        Assert.False(First(Enumerable.Repeat((0.001, 0.99), 20)).Fell);

    [Fact]
    public void Steps_that_are_not_in_a_row_are_no_collapse() =>
        Assert.False(First(Enumerable.Range(0, 20).Select(i => (i % 3 == 0 ? 0.2 : 0.001, 0.1))).Fell);

    [Fact]
    public void Without_a_floor_nothing_collapses() =>
        Assert.False(First(Enumerable.Repeat((0.0, 0.0), 20), floor: 0).Fell);

    // Two healthy steps first; returns where the collapse was told.
    static (bool Fell, int Step) First(IEnumerable<(double Entropy, double Reward)> steps, double floor = 0.02)
    {
        var watch = EntropyWatch.New;
        int index = 0;
        foreach (var (entropy, reward) in steps.Prepend((0.25, 0.6)).Prepend((0.3, 0.4)))
        {
            var metrics = SampleRun.Metrics(index, reward) with { Entropy = entropy };
            watch = watch.After(metrics, floor);
            try
            {
                watch.Check(metrics);
            }
            catch (Hone.Training.CollapseException)
            {
                return (true, index);
            }

            index++;
        }

        return (false, -1);
    }
}
