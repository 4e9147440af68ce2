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
    /// <param name="length">Of the whole sequence; only some scalings depend on it.</param>
    /// <returns>A frequency for each pair of rotated components, and the number that multiplies cos and sin.</returns>
    public static (float[] InverseFrequencies, float AttentionFactor) Compute(RopeConfig rope, int headWidth, int length = 0)
    {
        int width = rope.RotatedWidth ?? headWidth;
        double theta = rope.Scaling is RopeScaling.Dynamic dynamic ? Theta(rope.Theta, dynamic, width, length) : rope.Theta;
        float[] periods = new float[width / 2];
        for (int j = 0; j < periods.Length; j++)
        {
            periods[j] = (float)Math.Pow(theta, 2 * j / (float)width);
        }

        return rope.Scaling switch
        {
            null or RopeScaling.Dynamic => (Array.ConvertAll(periods, period => 1f / period), 1f),
            RopeScaling.Linear linear => (Array.ConvertAll(periods, period => 1f / period / (float)linear.Factor), 1f),
            RopeScaling.LlamaThree llamaThree => (Array.ConvertAll(periods, period => Scale(1f / period, llamaThree)), 1f),
            RopeScaling.Yarn yarn => (Scale(periods, yarn, rope.Theta), (float)yarn.AttentionFactor),
            RopeScaling.Long factors => (Scale(periods, factors, length), (float)factors.AttentionFactor),
            _ => throw new ArgumentException($"Rotary scaling {rope.Scaling} has no formula here.", nameof(rope)),
        };
    }

    static double Theta(double theta, RopeScaling.Dynamic scaling, int width, int length)
    {
        double stretch = (scaling.Factor * Math.Max(length, scaling.MaxPositions) / scaling.MaxPositions) - (scaling.Factor - 1);
        return theta * Math.Pow(stretch, width / (width - 2.0));
    }

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

    static float[] Scale(float[] periods, RopeScaling.Yarn scaling, double theta)
    {
        int width = 2 * periods.Length;
        double Component(double turns) =>
            width * Math.Log(scaling.OriginalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        double low = Component(scaling.BetaFast), high = Component(scaling.BetaSlow);
        if (scaling.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, width - 1));
        // An empty blend is a step.
        high += low == high ? 0.001 : 0;
        float[] frequencies = new float[periods.Length];
        for (int j = 0; j < periods.Length; j++)
        {
            float kept = 1 - Math.Clamp((j - (float)low) / (float)(high - low), 0f, 1f);
            frequencies[j] = (1f / ((float)scaling.Factor * periods[j]) * (1 - kept)) + (1f / periods[j] * kept);
        }

        return frequencies;
    }

    static float[] Scale(float[] periods, RopeScaling.Long scaling, int length)
    {
        var factors = scaling.Regime(length) == 0 ? scaling.ShortFactors : scaling.LongFactors;
        return [.. periods.Select((period, j) => 1f / (factors[j] * period))];
    }
}
