using Hone.Training.Rewards;

namespace Hone.Training;

/// <summary>What an advantage is divided by.</summary>
public enum AdvantageScale
{
    /// <summary>The standard deviation of the completion's group.</summary>
    Group,

    /// <summary>The standard deviation of all rewards of the step.</summary>
    Batch,

    /// <summary>Nothing: the advantage keeps the reward's unit.</summary>
    None,

    /// <summary>The group's mean (MaxRL): for rewards of 0 and 1, where a rare success then weighs as much as it is rare.</summary>
    Mean,
}

/// <summary>What a reward is compared with.</summary>
public enum AdvantageBaseline
{
    /// <summary>The mean of the group, the completion's own reward included.</summary>
    GroupMean,

    /// <summary>The mean of the group's other rewards (RLOO).</summary>
    LeaveOneOut,

    /// <summary>The mean of the group's tokens, each with the reward of its completion: Σ|o|·r / Σ|o| (OPO).</summary>
    LengthWeighted,

    /// <summary>Nothing in the group: whitening over the step compares it with all (REINFORCE++).</summary>
    None,
}

/// <summary>How rewards become advantages. docs/losses.md says which of them make which published estimator.</summary>
public sealed record AdvantageSettings
{
    public AdvantageBaseline Baseline { get; init; } = AdvantageBaseline.GroupMean;

    /// <summary>Null: group; none where something else sets the scale (whitening, standardised rewards) or the baseline is lengthWeighted or none.</summary>
    public AdvantageScale? Scale { get; init; }

    /// <summary>What is done to the advantages of the whole step at the end.</summary>
    public Whitening Whiten { get; init; } = Whitening.None;

    /// <summary>β: the reward loses β·Σ(ℓ_old − ℓ_ref) over the completion; with whitening over tokens, over the rest of it from each token on.</summary>
    public double KlInReward { get; init; }

    /// <summary>Rewards are kept within these bounds. Null: they are taken as they are.</summary>
    public RewardRange? RewardClip { get; init; }

    /// <summary>Rewards are standardised over the step and outliers cut. Null: they keep their unit.</summary>
    public StandardizedRewards? Standardize { get; init; }

    /// <summary>A completion that comes near the length limit loses reward. Null: it does not.</summary>
    public OverlongPunishment? Overlong { get; init; }

    /// <summary>The grader's metrics that are normalised one by one and then summed (GDPO). Empty: the grade's score is the reward.</summary>
    public IReadOnlyList<RewardPart> Rewards { get; init; } = [];

    /// <summary>Every problem at once, in the words of the job file. Empty when the settings can be run.</summary>
    public IEnumerable<string> Problems() => AdvantageProblems.Of(this);

    internal AdvantageScale DividesBy => Scale
        ?? (Whiten != Whitening.None || Standardize is not null || Baseline is AdvantageBaseline.LengthWeighted or AdvantageBaseline.None
            ? AdvantageScale.None
            : AdvantageScale.Group);

    /// <summary>Whether the tokens of a completion get advantages that differ.</summary>
    internal bool PerToken => Whiten == Whitening.Tokens && KlInReward != 0;
}
