namespace Hone.Training.Healing;

/// <summary>
/// What a run does when a loss or a gradient is not finite or its entropy collapses: it goes back to its last good checkpoint and on with a
/// lower learning rate.
/// </summary>
public sealed record SelfHealingSettings
{
    /// <summary>Times that a run goes back before it stops; 0: it stops at the first.</summary>
    public int MaxRollbacks { get; init; } = 3;

    /// <summary>What the learning rate is multiplied by each time.</summary>
    public double LearningRateFactor { get; init; } = 0.5;

    /// <summary>
    /// Entropy below this share of the first step's, three steps in a row, is a collapse if the reward fell with it. 0: none is.
    /// </summary>
    public double EntropyFloor { get; init; } = 0.02;

    public IEnumerable<string> Problems() =>
        SettingsRange.AtLeast("maxRollbacks", MaxRollbacks, 0)
            .Concat(SettingsRange.Between("learningRateFactor", LearningRateFactor, 0, 1, openLow: true))
            .Concat(SettingsRange.Between("entropyFloor", EntropyFloor, 0, 1));
}
