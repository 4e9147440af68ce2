namespace Hone.Training.Losses.Terms;

/// <summary>The bounds of CISPO's weight.</summary>
public sealed record CispoSettings
{
    public static readonly CispoSettings Default = new();

    /// <summary>The largest weight: the value itself, not a distance from 1.</summary>
    public double Cap { get; init; } = 5;

    /// <summary>The smallest weight; 0 has no effect.</summary>
    public double Floor { get; init; }

    public IEnumerable<string> Problems()
    {
        if (!(Cap >= 1) || !double.IsFinite(Cap))
        {
            yield return $"cap is {Cap}, but needs to be 1 or more: it is the largest weight itself, and a token that did not move has the weight 1.";
        }

        if (Floor is not (>= 0 and <= 1))
        {
            yield return $"floor is {Floor}, but needs to be from 0 to 1: a token that did not move has the weight 1.";
        }
    }
}

/// <summary>−sg(clamp(w, floor, cap))·A·ℓ: the weight is bounded, the gradient of no token is cut off.</summary>
/// <remarks>
/// <para>CISPO: MiniMax-M1 (2506.13585), ScaleRL (2510.13786). Without a floor as in both.</para>
/// <para>Use it with several updates per batch when rare, decisive tokens ("wait", "however") are what clipping would silence.</para>
/// </remarks>
static class Cispo
{
    public static readonly LossForm Form = new() { Term = Term };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token)
    {
        var bounds = settings.Cispo ?? CispoSettings.Default;
        double slope = -Math.Max(bounds.Floor, Math.Min(token.Ratio, bounds.Cap)) * token.Advantage;
        return new(slope * token.LogProbability, 0, slope, ClippedRatio.ClipOf(token.Ratio, bounds.Floor, bounds.Cap, token.Advantage));
    }
}
