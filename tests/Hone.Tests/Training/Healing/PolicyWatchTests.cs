using Hone.Tests.Jobs;
using Hone.Training.Healing;

namespace Hone.Tests.Training.Healing;

public class PolicyWatchTests
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
        Assert.False(First(Enumerable.Repeat((0.0, 0.1), 20), floor: 0).Fell);

    [Fact]
    public void A_model_that_gets_nothing_any_more_is_ruined_whatever_its_entropy()
    {
        var (fell, step) = First(Enumerable.Repeat((4.0, 0.0), 20));

        Assert.True(fell);
        Assert.Equal(4, step);
    }

    [Fact]
    public void Where_rewards_are_rare_a_few_steps_without_any_are_chance() =>
        Assert.False(First(Enumerable.Range(0, 40).Select(i => (0.3, i % 10 == 0 ? 0.05 : 0)), groups: 2).Fell);

    // Two healthy steps first; returns where the collapse was told.
    static (bool Fell, int Step) First(IEnumerable<(double Entropy, double Reward)> steps, double floor = 0.02, int groups = 16)
    {
        var watch = PolicyWatch.New;
        int index = 0;
        foreach (var (entropy, reward) in steps.Prepend((0.25, 0.6)).Prepend((0.3, 0.4)))
        {
            var metrics = SampleRun.Metrics(index, reward) with { Entropy = entropy, RewardMax = reward > 0 ? 1 : 0 };
            watch = watch.After(metrics, groups, floor);
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
