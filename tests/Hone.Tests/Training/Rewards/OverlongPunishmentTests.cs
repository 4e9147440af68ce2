using Hone.Training;
using Hone.Training.Rewards;

namespace Hone.Tests.Training.Rewards;

public class OverlongPunishmentTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(81, -0.05)]
    [InlineData(90, -0.5)]
    [InlineData(100, -1)]
    public void It_grows_from_the_buffers_beginning_to_the_limit(int length, double expected) =>
        Assert.Equal(expected, OverlongPunishment.Of(length, maxLength: 100, buffer: 20));

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_completion_at_the_limit_loses_the_penalty_and_one_in_the_middle_of_the_buffer_half_of_it(double penalty)
    {
        var settings = new TrainingSettings
        {
            InferenceMaxTokens = 100,
            TrainingSamplePerPrompt = 3,
            Advantages = new() { Overlong = new() { Buffer = 20, Penalty = penalty } },
        };

        var rewarded = RolloutAdvantages.Of(settings, [Rollout(80), Rollout(90), Rollout(100)]);

        Assert.Equal([1, 1 - (penalty / 2), 1 - penalty], rewarded.Select(rollout => rollout.Reward!.Value));
        Assert.True(rewarded[0].Advantage > rewarded[1].Advantage && rewarded[1].Advantage > rewarded[2].Advantage);
    }

    static Rollout Rollout(int tokens) => new()
    {
        PromptId = "p",
        Index = tokens,
        Tokens = new int[tokens],
        LogProbabilities = new float[tokens],
        Entropy = 0,
        Text = "x",
        Stop = StopReason.EndOfSequence,
        Grade = new("a", 1, null, "", []),
        Reward = 1,
    };
}
