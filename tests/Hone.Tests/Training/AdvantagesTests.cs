using Hone.Training;
using Hone.Training.Rewards;

namespace Hone.Tests.Training;

public class AdvantagesTests
{
    static readonly AdvantageSettings _default = new();

    /// <summary>Every scale with every baseline that it fits.</summary>
    public static TheoryData<AdvantageScale, AdvantageBaseline> Every
    {
        get
        {
            var all = new TheoryData<AdvantageScale, AdvantageBaseline>();
            foreach (var scale in Enum.GetValues<AdvantageScale>())
            {
                foreach (var baseline in Enum.GetValues<AdvantageBaseline>())
                {
                    if (!new AdvantageSettings { Scale = scale, Baseline = baseline }.Problems().Any())
                    {
                        all.Add(scale, baseline);
                    }
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
    public void A_length_weighted_baseline_is_the_mean_reward_of_a_token()
    {
        var settings = new AdvantageSettings { Baseline = AdvantageBaseline.LengthWeighted };

        double[] advantages = Advantages.Of(settings, new() { Rewards = [1, 0, null, 0], GroupSize = 4, Lengths = [1, 2, 50, 1] }).Advantages;

        Assert.Equal([0.75, -0.25, 0, -0.25], advantages);
    }

    [Fact]
    public void Divided_by_the_mean_a_rare_success_weighs_as_much_as_it_is_rare()
    {
        var (advantages, _) = Compute(new() { Scale = AdvantageScale.Mean }, [1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], 4);

        Assert.Equal([3, -1, -1, -1, 1, 1, -1, -1, 0, 0, 0, 0], advantages);
    }

    [Theory]
    [InlineData(Whitening.Batch, 1e-3)]
    [InlineData(Whitening.Completions, 1e-12)]
    public void Whitened_advantages_have_mean_zero_and_deviation_one(Whitening whiten, double tolerance)
    {
        var (advantages, _) = Compute(new() { Whiten = whiten }, [1, 0, 0.25, 0, null, 1, 0.5, 0], 4);
        double[] scored = [.. advantages.Where((_, i) => i != 4)];

        double n = whiten == Whitening.Batch ? scored.Length - 1 : scored.Length;
        Assert.Equal(0, scored.Average(), 1e-12);
        Assert.Equal(1, scored.Sum(a => a * a) / n, tolerance);
        Assert.Equal(0, advantages[4]);
    }

    [Fact]
    public void Whitened_over_tokens_a_completion_weighs_by_its_length_and_a_masked_one_not_at_all()
    {
        var settings = new AdvantageSettings { Baseline = AdvantageBaseline.None, Whiten = Whitening.Tokens };

        var estimate = Advantages.Of(settings, new() { Rewards = [1, 0, 9], GroupSize = 1, Lengths = [3, 1, 5], Masked = [false, false, true] });

        Assert.Null(estimate.TokenAdvantages);
        Assert.Equal([0.25 / Math.Sqrt(0.1875), -0.75 / Math.Sqrt(0.1875), 0], estimate.Advantages.Select(a => Math.Round(a, 14)), (x, y) => Math.Abs(x - y) < 1e-13);
    }

    [Fact]
    public void A_kl_in_the_reward_is_charged_to_the_completion_or_to_each_token_from_there_on()
    {
        var step = new StepRewards { Rewards = [1, 0], GroupSize = 2, Lengths = [2, 2], Drift = [[1, 3], [0, 0]] };

        double[] whole = Advantages.Of(new() { Scale = AdvantageScale.None, KlInReward = 0.1 }, step).Advantages;
        var tokens = Advantages.Of(new() { Baseline = AdvantageBaseline.None, Whiten = Whitening.Tokens, KlInReward = 0.1 }, step).TokenAdvantages!;

        Assert.Equal(0.3, whole[0], 1e-15);
        // Returns 0.6, 0.7, 0, 0: the first token pays for both, the second for itself.
        Assert.Equal(0.1 / 0.6, (tokens[0][1] - tokens[0][0]) / (tokens[0][0] - tokens[1][0]), 1e-12);
        Assert.Equal(tokens[1][0], tokens[1][1]);
    }

    [Fact]
    public void Bounds_hold_back_an_outlier_before_anything_else_sees_it()
    {
        var (clipped, summary) = Compute(_default with { RewardClip = new() { Max = 1 } }, [1000, 0, 1, 0], 4);
        var (honest, _) = Compute(_default, [1, 0, 1, 0], 4);

        Assert.Equal(honest, clipped);
        Assert.Equal(250.25, summary.RewardMean);
    }

    [Fact]
    public void Standardised_rewards_have_the_steps_unit_and_no_outlier()
    {
        double?[] rewards = [.. Enumerable.Range(0, 30).Select(i => (double?)(i % 2)), 1000, null];

        double?[] standard = new StandardizedRewards { Clip = 3 }.Apply(rewards);

        Assert.Equal(3, standard[30]);
        Assert.Null(standard[31]);
        Assert.All(standard[..30], value => Assert.InRange(value!.Value, -0.2, -0.1));
    }

    [Fact]
    public void Several_rewards_are_normalised_before_they_are_summed()
    {
        var settings = new AdvantageSettings { Rewards = [new() { Name = "right" }, new() { Name = "length" }] };
        double?[] right = [1, 0, 1, 0], length = [-3, -800, -500, 0];
        var step = new StepRewards { Rewards = [-2, -800, -499, 0], GroupSize = 4, Parts = [right, length], Weights = [1, 1] };

        double[] together = Advantages.Of(settings, step).Advantages, summed = Advantages.Of(_default, step with { Parts = [], Weights = [] }).Advantages;

        // Summed first, the short wrong answer beats the short right one.
        Assert.True(summed[3] > summed[0]);
        Assert.True(together[0] > together[3]);
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

    [Fact]
    public void A_baseline_by_length_needs_lengths() => Assert.Throws<ArgumentException>(
        () => Advantages.Of(new() { Baseline = AdvantageBaseline.LengthWeighted }, new() { Rewards = [1, 2], GroupSize = 2 }));

    static (double[] Advantages, AdvantageSummary Summary) Compute(AdvantageSettings settings, double?[] rewards, int groupSize)
    {
        var estimate = Advantages.Of(settings, new() { Rewards = rewards, GroupSize = groupSize, Lengths = [.. rewards.Select(_ => 3)] });
        return (estimate.Advantages, estimate.Summary);
    }
}
