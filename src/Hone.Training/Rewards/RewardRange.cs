namespace Hone.Training.Rewards;

/// <summary>min(max(r, min), max): a reward function that now and then answers 1000 does not decide a step alone.</summary>
public sealed record RewardRange
{
    /// <summary>Null: no lower bound.</summary>
    public double? Min { get; init; }

    /// <summary>Null: no upper bound.</summary>
    public double? Max { get; init; }

    public IEnumerable<string> Problems()
    {
        if (Min is null && Max is null)
        {
            yield return "min and rewardClip.max are both missing; give one of them, or leave rewardClip out.";
        }

        if (Min >= Max)
        {
            yield return $"min is {Min}, but needs to be below rewardClip.max, which is {Max}.";
        }
    }

    internal double? Clamp(double? reward) =>
        reward is { } value ? Math.Max(Min ?? double.NegativeInfinity, Math.Min(value, Max ?? double.PositiveInfinity)) : null;
}
