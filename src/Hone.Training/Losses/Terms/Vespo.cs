namespace Hone.Training.Losses.Terms;

/// <summary>The shape of VESPO's weight φ, by the sign of the advantage.</summary>
public sealed record VespoSettings
{
    public static readonly VespoSettings Default = new();

    public double PowerPositive { get; init; } = 2;

    public double DecayPositive { get; init; } = 3;

    public double PowerNegative { get; init; } = 3;

    public double DecayNegative { get; init; } = 2;

    public IEnumerable<string> Problems() =>
        SettingsRange.Between("powerPositive", PowerPositive, 0, 100)
            .Concat(SettingsRange.Between("decayPositive", DecayPositive, 0, 100))
            .Concat(SettingsRange.Between("powerNegative", PowerNegative, 0, 100))
            .Concat(SettingsRange.Between("decayNegative", DecayNegative, 0, 100));
}

/// <summary>−sg(φ)·A·ℓ with φ = e^λ·W^k·e^(−λ·W) on W = exp( Σ (ℓ − ℓ_old) + Σ log R ), the completion's whole ratio; φ(1) = 1.</summary>
/// <remarks>
/// <para>VESPO (2602.10693). k is the power, λ the decay. log W is kept in [log 1e-8, 20], and so is every log R; a log ratio in ±20.</para>
/// <para>Use it when rollouts are stale: completions that the policy has moved away from fade out smoothly, on either side.</para>
/// </remarks>
static class Vespo
{
    const double LargestLog = 20, LeastDecay = 1e-4;

    static readonly double _leastLog = Math.Log(1e-8);

    public static readonly LossForm Form = new() { Term = Term, Ratio = Weight, ShownWeight = Phi };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token)
    {
        double slope = -Phi(settings, token.Ratio, token.Advantage) * token.Advantage;
        return new(slope * token.LogProbability, 0, slope, Clip.None);
    }

    static CompletionRatio Weight(PolicyLossSettings settings, PolicyCompletion completion)
    {
        double log = 0;
        var trust = new SamplerTrust(settings.SamplerCorrection, completion);
        for (int t = 0; t < completion.Length; t++)
        {
            log += completion.Trains(t) ? Math.Clamp(completion.LogRatio(t), -LargestLog, LargestLog) : 0;
            log += trust.PerToken && completion.Trains(t) ? Log(trust.Of(t)) : 0;
        }

        log += trust.PerToken ? 0 : Log(trust.Of(0));
        return new(Math.Exp(Math.Clamp(log, _leastLog, LargestLog)), 0);
    }

    static double Phi(PolicyLossSettings settings, double weight, double advantage)
    {
        var shape = settings.Vespo ?? VespoSettings.Default;
        double power = advantage >= 0 ? shape.PowerPositive : shape.PowerNegative;
        double decay = Math.Max(advantage >= 0 ? shape.DecayPositive : shape.DecayNegative, LeastDecay);
        return Math.Exp(decay + power * Math.Log(weight) - decay * weight);
    }

    static double Log(double trust) => trust > 0 ? Math.Clamp(Math.Log(trust), _leastLog, LargestLog) : _leastLog;
}
