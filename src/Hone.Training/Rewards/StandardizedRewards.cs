using Hone.Training.Statistics;

namespace Hone.Training.Rewards;

/// <summary>r ← clamp( (r − mean) / (std + 1e-4), ±clip ), mean and deviation over the scored completions of the step; before any baseline.</summary>
/// <remarks>Use it for rewards without a fixed unit (a judge's, a reward model's) whose scale drifts or that have outliers.</remarks>
public sealed record StandardizedRewards
{
    /// <summary>In deviations.</summary>
    public double Clip { get; init; } = 3;

    public IEnumerable<string> Problems() => SettingsRange.Between("clip", Clip, 0, float.MaxValue, openLow: true);

    internal double?[] Apply(double?[] rewards)
    {
        var moments = Moments.Of([.. rewards.OfType<double>()]);
        return
        [
            .. rewards.Select(reward => reward is { } value && moments.Count > 1
                ? Math.Clamp((value - moments.Mean) / (moments.StandardDeviation + Advantages.Epsilon), -Clip, Clip)
                : reward is null ? (double?)null : 0),
        ];
    }
}
