namespace Hone.Models.Configuration;

/// <summary>How the rotary frequencies are changed to reach beyond the positions of the first training.</summary>
public abstract record RopeScaling
{
    RopeScaling()
    {
    }

    /// <summary>
    /// Sequences of equal regime turn by equal frequencies. Only scalings that depend on the length have more than one.
    /// </summary>
    public virtual int Regime(int length) => 0;

    /// <summary>Every frequency divided by <paramref name="Factor"/>.</summary>
    public sealed record Linear(double Factor) : RopeScaling;

    /// <summary>
    /// Beyond MaxPositions the base grows with the length T: theta · (Factor · T / MaxPositions − Factor + 1)^(N / (N − 2)).
    /// </summary>
    public sealed record Dynamic(double Factor, int MaxPositions) : RopeScaling
    {
        public override int Regime(int length) => Math.Max(length, MaxPositions);
    }

    /// <summary>
    /// Wavelengths above OriginalMaxPositions / LowFrequencyFactor are stretched by Factor, those below
    /// OriginalMaxPositions / HighFrequencyFactor kept, and those between blended.
    /// </summary>
    public sealed record LlamaThree(
        double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaxPositions) : RopeScaling;

    /// <summary>
    /// Components that turn more than BetaFast times within OriginalMaxPositions keep their frequency, those that turn less than BetaSlow
    /// times have it divided by Factor, those between are blended.
    /// </summary>
    /// <param name="Truncate">The ends of the blend are rounded to whole components.</param>
    /// <param name="AttentionFactor">Multiplies cos and sin.</param>
    public sealed record Yarn(
        double Factor, int OriginalMaxPositions, double BetaFast, double BetaSlow, bool Truncate, double AttentionFactor) : RopeScaling;

    /// <summary>Frequency j divided by Short[j] in sequences of up to OriginalMaxPositions, by Long[j] at every position of longer ones.</summary>
    /// <param name="AttentionFactor">Multiplies cos and sin, whatever the length.</param>
    public sealed record Long(
        ValueList<float> ShortFactors, ValueList<float> LongFactors, int OriginalMaxPositions, double AttentionFactor) : RopeScaling
    {
        public override int Regime(int length) => length > OriginalMaxPositions ? 1 : 0;
    }
}
