namespace Hone.Training;

/// <summary>Which standard deviation an advantage is divided by.</summary>
public enum AdvantageScale
{
    /// <summary>That of the completion's group.</summary>
    Group,

    /// <summary>That of all rewards of the step.</summary>
    Batch,

    /// <summary>None: the advantage keeps the reward's unit.</summary>
    None,
}

/// <summary>What a reward is compared with.</summary>
public enum AdvantageBaseline
{
    /// <summary>The mean of the group, the completion's own reward included.</summary>
    GroupMean,

    /// <summary>The mean of the group's other rewards.</summary>
    LeaveOneOut,
}

/// <summary>How rewards become advantages.</summary>
public sealed record AdvantageSettings
{
    public AdvantageScale Scale { get; init; } = AdvantageScale.Group;

    public AdvantageBaseline Baseline { get; init; } = AdvantageBaseline.GroupMean;
}
