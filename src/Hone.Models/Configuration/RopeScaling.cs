namespace Hone.Models.Configuration;

/// <summary>How the rotary frequencies are changed to reach beyond the positions of the first training.</summary>
public abstract record RopeScaling
{
    RopeScaling()
    {
    }

    /// <summary>Every frequency divided by <paramref name="Factor"/>.</summary>
    public sealed record Linear(double Factor) : RopeScaling;

    /// <summary>
    /// Wavelengths above OriginalMaxPositions / LowFrequencyFactor are stretched by Factor, those below
    /// OriginalMaxPositions / HighFrequencyFactor kept, and those between blended.
    /// </summary>
    public sealed record LlamaThree(
        double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaxPositions) : RopeScaling;

    /// <summary>Each frequency divided by a number of its own: one for each pair of rotated components.</summary>
    public sealed record Divided(ValueList<float> Divisors) : RopeScaling;
}
