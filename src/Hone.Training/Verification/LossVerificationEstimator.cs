using Hone.Training.Rewards;

namespace Hone.Training.Verification;

/// <summary>The estimator of a case of <c>advantages.json</c> in the words of a run.</summary>
static class LossVerificationEstimator
{
    /// <summary>Null for an estimator that this build does not have.</summary>
    public static AdvantageSettings? Of(LossVerificationValue settings) => settings["estimator"].Text switch
    {
        "grpo" => Grpo(settings),
        "rloo" => Rloo(settings),
        "reinforce++" when LeastVariance(settings) => new()
        {
            Baseline = AdvantageBaseline.None,
            Whiten = Whitening.Tokens,
            KlInReward = settings["beta"].Number,
        },
        "reinforce++-baseline" when LeastVariance(settings) => new() { Whiten = Whitening.Completions },
        _ => null,
    };

    static AdvantageSettings? Grpo(LossVerificationValue settings) => settings["multi_objective_aggregation"].Text switch
    {
        "normalize_then_sum" => new() { Rewards = [new() { Name = "r0" }] },
        "sum_then_normalize" => settings["scale_rewards"].Text switch
        {
            "group" => new() { Scale = AdvantageScale.Group },
            "batch" => new() { Scale = AdvantageScale.Batch },
            "none" => new() { Scale = AdvantageScale.None },
            _ => null,
        },
        _ => null,
    };

    static AdvantageSettings Rloo(LossVerificationValue settings) => new()
    {
        Baseline = AdvantageBaseline.LeaveOneOut,
        Scale = AdvantageScale.None,
        Whiten = settings["normalize_advantages"].Flag ? Whitening.Batch : Whitening.None,
        KlInReward = settings["beta"].Number,
        RewardClip = settings["reward_clip_range"].IsNull ? null : Range(settings["reward_clip_range"]),
    };

    static RewardRange Range(LossVerificationValue range) => range.Numbers is [var min, var max]
        ? new() { Min = min, Max = max }
        : throw range.Unlike("a list of two numbers");

    static bool LeastVariance(LossVerificationValue settings) => settings["whiten_epsilon"].Number == 1e-8;
}
