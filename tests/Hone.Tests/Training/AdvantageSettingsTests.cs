using Hone.Training;
using Hone.Training.Rewards;

namespace Hone.Tests.Training;

public class AdvantageSettingsTests
{
    static readonly RewardPart _part = new() { Name = "score" };

    /// <summary>Settings that make no sense, and the key that the sentence begins with.</summary>
    public static TheoryData<AdvantageSettings, string> Refused => new()
    {
        { new() { Scale = AdvantageScale.Group, Whiten = Whitening.Batch }, "scale" },
        { new() { Scale = AdvantageScale.Batch, Standardize = new() }, "scale" },
        { new() { Scale = AdvantageScale.Mean, Baseline = AdvantageBaseline.LeaveOneOut }, "scale" },
        { new() { Baseline = AdvantageBaseline.None }, "baseline" },
        { new() { KlInReward = -1 }, "klInReward" },
        { new() { RewardClip = new() }, "rewardClip.min" },
        { new() { RewardClip = new() { Min = 1, Max = 0 } }, "rewardClip.min" },
        { new() { Standardize = new() { Clip = 0 } }, "standardize.clip" },
        { new() { Overlong = new() { Buffer = 0 } }, "overlong.buffer" },
        { new() { Overlong = new() { Buffer = 1, Penalty = 0 } }, "overlong.penalty" },
        { new() { Rewards = [_part, _part] }, "rewards" },
        { new() { Rewards = [_part with { Weight = 0 }] }, "rewards" },
        { new() { Rewards = [_part with { Weight = double.NaN }] }, "rewards:" },
        { new() { Rewards = [_part], Scale = AdvantageScale.None }, "scale" },
        { new() { Rewards = [_part], Whiten = Whitening.Batch }, "whiten" },
        { new() { Rewards = [_part], Baseline = AdvantageBaseline.LeaveOneOut }, "baseline" },
        { new() { Rewards = [_part], KlInReward = 0.1 }, "klInReward" },
        { new() { Rewards = [_part], RewardClip = new() { Max = 1 } }, "rewardClip" },
        { new() { Rewards = [_part], Standardize = new() }, "standardize" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_makes_no_sense_is_refused_with_one_sentence(AdvantageSettings settings, string key)
    {
        string problem = Assert.Single(settings.Problems());

        Assert.Equal(key, problem.Split(' ')[0]);
        Assert.EndsWith(".", problem);
    }

    [Fact]
    public void A_buffer_longer_than_a_completion_is_refused() => Assert.Contains(
        "advantages.overlong.buffer is 11",
        Assert.Single(new TrainingSettings { InferenceMaxTokens = 10, Advantages = new() { Overlong = new() { Buffer = 11 } } }.Problems()));

    [Theory]
    [InlineData(AdvantageBaseline.GroupMean, Whitening.None, AdvantageScale.Group)]
    [InlineData(AdvantageBaseline.LeaveOneOut, Whitening.None, AdvantageScale.Group)]
    [InlineData(AdvantageBaseline.LengthWeighted, Whitening.None, AdvantageScale.None)]
    [InlineData(AdvantageBaseline.None, Whitening.Tokens, AdvantageScale.None)]
    [InlineData(AdvantageBaseline.GroupMean, Whitening.Batch, AdvantageScale.None)]
    public void A_scale_that_is_left_out_is_what_the_rest_asks_for(AdvantageBaseline baseline, Whitening whiten, AdvantageScale scale) =>
        Assert.Equal(scale, new AdvantageSettings { Baseline = baseline, Whiten = whiten }.DividesBy);
}
