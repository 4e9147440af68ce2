namespace Hone.Training.Losses;

/// <summary>−min( min(w, δ)·A, clamp(w, 1 − clipLow, 1 + clipHigh)·A ), the objective of PPO and GRPO; δ absent: plain w.</summary>
/// <remarks>
/// On a bound of the clamp the gradient passes. Where both branches are equal each gives half of its slope, which inside the range is
/// the slope of w·A.
/// </remarks>
public static class ClippedRatio
{
    public static PolicyTermValue Term(PolicyLossSettings settings, double logProbability, double ratio, double advantage)
    {
        double low = 1 - settings.ClipLow, high = 1 + settings.ClipHigh, delta = settings.Delta ?? double.PositiveInfinity;
        double capped = Math.Min(ratio, delta);
        double free = capped * advantage, clamped = Math.Max(low, Math.Min(ratio, high)) * advantage;
        double freeSlope = ratio <= delta ? advantage : 0;
        double clampedSlope = low <= ratio && ratio <= high ? advantage : 0;

        double slope = free == clamped ? (freeSlope + clampedSlope) / 2 : free < clamped ? freeSlope : clampedSlope;
        return new(-Math.Min(free, clamped), -slope, 0, ClipOf(capped, low, high, advantage));
    }

    static Clip ClipOf(double ratio, double low, double high, double advantage) =>
        advantage < 0 && ratio < low ? Clip.Low
        : advantage > 0 && ratio > high ? Clip.High
        : Clip.None;
}
