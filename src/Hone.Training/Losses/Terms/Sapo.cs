namespace Hone.Training.Losses.Terms;

/// <summary>How sharply SAPO's gate closes.</summary>
public sealed record SapoSettings
{
    public static readonly SapoSettings Default = new();

    /// <summary>τ where A &gt; 0.</summary>
    public double TemperaturePositive { get; init; } = 1;

    /// <summary>τ where A ≤ 0.</summary>
    public double TemperatureNegative { get; init; } = 1.05;

    public IEnumerable<string> Problems() =>
        SettingsRange.Between("temperaturePositive", TemperaturePositive, 0, float.MaxValue, openLow: true)
            .Concat(SettingsRange.Between("temperatureNegative", TemperatureNegative, 0, float.MaxValue, openLow: true));
}

/// <summary>−(4/τ)·σ(τ·(w − 1))·A: a gate that closes smoothly where clipping has an edge. At w = 1 its slope is that of −w·A.</summary>
/// <remarks>
/// <para>SAPO (2511.20347).</para>
/// <para>Use it with several updates per batch when the share of clipped tokens swings: no token drops out at once, none runs away.</para>
/// </remarks>
static class Sapo
{
    public static readonly LossForm Form = new() { Term = Term, Aggregation = Aggregation.Grpo };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token)
    {
        var temperatures = settings.Sapo ?? SapoSettings.Default;
        double tau = token.Advantage > 0 ? temperatures.TemperaturePositive : temperatures.TemperatureNegative;
        double gate = 1 / (1 + Math.Exp(-tau * (token.Ratio - 1)));
        return new(-gate * 4 / tau * token.Advantage, -4 * gate * (1 - gate) * token.Advantage, 0, Clip.None);
    }
}
