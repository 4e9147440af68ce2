namespace Hone.Models.Configuration;

/// <summary>
/// Inverse frequencies of the rotary embedding, j = 0..N/2-1: theta^(-2j/N) for N rotated components, changed by <see cref="RopeScaling"/>.
/// </summary>
/// <remarks>
/// Every step is rounded to F32 in the order in which transformers rounds it: at position 30,000 the last bit of a frequency is
/// visible in the logits. The power alone is taken in double and rounded once, as libraries differ in their F32 powers.
/// </remarks>
public static class RotaryFrequencies
{
    /// <returns>A frequency for each pair of rotated components, and the number that multiplies cos and sin.</returns>
    public static (float[] InverseFrequencies, float AttentionFactor) Compute(RopeConfig rope, int headWidth)
    {
        int width = rope.RotatedWidth ?? headWidth;
        float[] frequencies = new float[width / 2];
        for (int j = 0; j < frequencies.Length; j++)
        {
            float exponent = 2 * j / (float)width;
            frequencies[j] = Scale(1f / (float)Math.Pow(rope.Theta, exponent), rope.Scaling, j);
        }

        return (frequencies, 1f);
    }

    static float Scale(float frequency, RopeScaling? scaling, int j) => scaling switch
    {
        null => frequency,
        RopeScaling.Linear linear => frequency / (float)linear.Factor,
        RopeScaling.Divided divided => frequency / divided.Divisors[j],
        RopeScaling.LlamaThree llamaThree => Scale(frequency, llamaThree),
        _ => throw new ArgumentException($"Rotary scaling {scaling} has no formula here.", nameof(scaling)),
    };

    static float Scale(float frequency, RopeScaling.LlamaThree scaling)
    {
        float factor = (float)scaling.Factor;
        float wavelength = (float)(2 * Math.PI) / frequency;
        if (wavelength > (float)(scaling.OriginalMaxPositions / scaling.LowFrequencyFactor))
        {
            return frequency / factor;
        }

        if (wavelength < (float)(scaling.OriginalMaxPositions / scaling.HighFrequencyFactor))
        {
            return frequency;
        }

        float smooth = (scaling.OriginalMaxPositions / wavelength - (float)scaling.LowFrequencyFactor)
            / (float)(scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - smooth) * frequency / factor + smooth * frequency;
    }
}
