namespace Hone.Training.Losses.Terms;

/// <summary>−min( min(w, δ)·A, clamp(w, 1 − clipLow, 1 + clipHigh)·A ); δ absent: plain w. With a dual clip c, at most −c·A where A &lt; 0.</summary>
/// <remarks>
/// <para>PPO (1707.06347), GRPO (2402.03300), clip-higher: DAPO (2503.14476), δ: INTELLECT-2 (2505.07291), dual clip: 1912.09729.</para>
/// <para>Use it unless something speaks against it: with one update per batch every loss of the family has its gradient.</para>
/// <para>On a bound of the clamp the gradient passes. Where both branches are equal each gives half of its slope, which inside the range is
/// the slope of w·A.</para>
/// </remarks>
static class ClippedRatio
{
    public static readonly LossForm Form = new() { Term = Term, Clip = (0.2, 0.28), BoundsNegative = true };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token)
    {
        var (clipLow, clipHigh) = settings.Clip;
        double ratio = token.Ratio, advantage = token.Advantage;
        double low = 1 - clipLow, high = 1 + clipHigh, delta = settings.Delta ?? double.PositiveInfinity;
        double capped = Math.Min(ratio, delta);
        double free = capped * advantage, clamped = Math.Max(low, Math.Min(ratio, high)) * advantage;
        if (settings.DualClip is { } most && advantage < 0 && Math.Min(free, clamped) < most * advantage)
        {
            return new(-most * advantage, 0, 0, Clip.None);
        }

        double freeSlope = ratio <= delta ? advantage : 0;
        double clampedSlope = low <= ratio && ratio <= high ? advantage : 0;
        double slope = free == clamped ? (freeSlope + clampedSlope) / 2 : free < clamped ? freeSlope : clampedSlope;
        return new(-Math.Min(free, clamped), -slope, 0, ClipOf(capped, low, high, advantage));
    }

    public static Clip ClipOf(double value, double low, double high, double advantage) =>
        advantage < 0 && value < low ? Clip.Low
        : advantage > 0 && value > high ? Clip.High
        : Clip.None;
}
