using Hone.Jobs.Diagnosis;
using Hone.Training;

namespace Hone.Tests.Jobs.Diagnosis;

public class FlatRewardTests
{
    static readonly TrainingSettings _settings = new();

    [Fact]
    public void A_rising_reward_needs_no_cause() =>
        Assert.Empty(FlatReward.Causes(Run((step, t) => step with { RewardMean = 0.3 + (0.01 * t) }), _settings));

    [Fact]
    public void A_short_run_says_nothing() => Assert.Empty(FlatReward.Causes([.. Run((step, _) => step).Take(FlatReward.LeastSteps - 1)], _settings));

    public static TheoryData<string, string> Causes => new()
    {
        { "wrong", "90 % of the groups have no answer that scores" },
        { "right", "90 % of the groups are right throughout" },
        { "few", "Only 10 % of the groups" },
        { "zero", "Every gradient was 0" },
        { "dead", "The policy has not moved from the base (KL 1.0e-7)" },
        { "slow", "The policy has hardly moved from the base" },
        { "fast", "The policy is far from the base (KL 2.00)" },
        { "truncated", "50 % of the answers were cut off at inferenceMaxTokens (1024)" },
        { "collapsed", "Entropy fell from 1.00 to 0.010" },
        { "faults", "The grader failed on 90 answers" },
        { "nothing", "read rollouts of one group side by side" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void A_flat_reward_has_its_cause_named(string run, string sentence)
    {
        var steps = Run((step, t) => run switch
        {
            "wrong" => step with { GroupsAllWrong = 0.9, GroupsMixed = 0.1 },
            "right" => step with { GroupsAllRight = 0.9, GroupsMixed = 0.1 },
            "few" => step with { GroupsAllWrong = 0.5, GroupsAllRight = 0.4, GroupsMixed = 0.1 },
            "zero" => step with { GradientNorm = 0 },
            "dead" => step with { Kl = 1e-7 },
            "slow" => step with { Kl = 3e-4 },
            "fast" => step with { Kl = 2 },
            "truncated" => step with { TruncatedShare = 0.5 },
            "collapsed" => step with { Entropy = t == 0 ? 1 : 0.01 },
            "faults" => step with { Faults = 3 },
            _ => step,
        });

        Assert.Contains(sentence, Assert.Single(FlatReward.Causes(steps, _settings)).Replace('\u00a0', ' '));
    }

    static StepMetrics[] Run(Func<StepMetrics, int, StepMetrics> change) => [.. Enumerable.Range(0, 30).Select(t => change(
        new StepMetrics
        {
            Step = t, Epoch = 0, RewardMean = 0.4 + (t % 2 * 0.02), RewardStd = 0.5, RewardMin = 0, RewardMax = 1, ScoreMean = 0.4, GroupsAllRight = 0.1, GroupsAllWrong = 0.2,
            GroupsMixed = 0.7, LengthMean = 20, LengthMax = 40, TruncatedShare = 0, Faults = 0, Entropy = 1, GradientNorm = 0.5, Loss = 0, Kl = 0.01, ClipShare = 0,
            SamplerTrainerDifference = 0, LearningRate = 1e-4, PromptTokens = 100, CompletionTokens = 100, SamplingSeconds = 1, GradingSeconds = 0, TrainingSeconds = 1,
            StepSeconds = 2, MemoryMegabytes = 100,
        },
        t))];
}
