using Hone.Training;

namespace Hone.Tests.Training;

public class AdvantagesTests
{
    static readonly AdvantageSettings _default = new();

    public static TheoryData<AdvantageScale, AdvantageBaseline> Every
    {
        get
        {
            var all = new TheoryData<AdvantageScale, AdvantageBaseline>();
            foreach (var scale in Enum.GetValues<AdvantageScale>())
            {
                foreach (var baseline in Enum.GetValues<AdvantageBaseline>())
                {
                    all.Add(scale, baseline);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Every))]
    public void Equal_rewards_carry_no_gradient(AdvantageScale scale, AdvantageBaseline baseline)
    {
        double?[] rewards = [0.7, 0.7, 0.7, 0.1, 0.1, 0.1, 0, 1, 0];

        var (advantages, _) = Compute(new() { Scale = scale, Baseline = baseline }, rewards, 3);

        Assert.Equal(new double[6], advantages[..6]);
        Assert.NotEqual(0, advantages[7]);
    }

    [Theory, MemberData(nameof(Every))]
    public void A_completion_without_a_reward_gets_zero_and_leaves_the_others_as_they_would_be_without_it(
        AdvantageScale scale, AdvantageBaseline baseline)
    {
        var settings = new AdvantageSettings { Scale = scale, Baseline = baseline };

        var (with, _) = Compute(settings, [1, null, 0, 0.5], 4);
        var (without, _) = Compute(settings, [1, 0, 0.5], 3);

        Assert.Equal([without[0], 0, without[1], without[2]], with);
    }

    [Fact]
    public void A_lone_reward_has_no_baseline()
    {
        var (advantages, summary) = Compute(_default, [null, 3, null], 3);

        Assert.Equal([0, 0, 0], advantages);
        Assert.Equal((3.0, 0, 1), (summary.RewardMean, summary.EqualGroups, summary.Groups));
    }

    [Fact]
    public void The_group_scale_divides_by_its_own_deviation_plus_epsilon()
    {
        var (advantages, _) = Compute(_default, [1, 0, 10, 30], 2);

        Assert.Equal(0.5 / (Math.Sqrt(0.5) + 1e-4), advantages[0], 1e-15);
        Assert.Equal(10 / (Math.Sqrt(200) + 1e-4), advantages[3], 1e-15);
    }

    [Fact]
    public void Missing_scores_add_nothing_and_only_a_row_without_any_has_no_reward()
    {
        Assert.Equal(1.5, Advantages.Combine([1, null, 1], [1, 7, 0.5]));
        Assert.Null(Advantages.Combine([null, null], [1, 1]));
        Assert.Throws<ArgumentException>(() => Advantages.Combine([1], [1, 2]));
    }

    [Fact]
    public void Rewards_that_make_no_whole_groups_are_refused() =>
        Assert.Throws<ArgumentException>(() => Compute(_default, [1, 2, 3], 2));

    static (double[] Advantages, AdvantageSummary Summary) Compute(AdvantageSettings settings, double?[] rewards, int groupSize)
    {
        double[] advantages = new double[rewards.Length];
        return (advantages, Advantages.Compute(settings, rewards, groupSize, advantages));
    }
}
