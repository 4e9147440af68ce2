using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models.Sampling;

/// <summary>
/// Draws the next token from one row of logits by the inverse of the cumulative distribution: the first token, in ascending order of ids,
/// at which the sum of weights exceeds uniform · total.
/// </summary>
/// <remarks>
/// Weights are e^(z − max z), z = logits · (1 / temperature), 0 for dropped tokens. They are summed sixteen at a time by
/// <see cref="Lanes.Sum(Vector512{float})"/>, the sixteens in ascending order in double. The last kept token absorbs the rounding.
/// Same logits, settings and uniform number: same token. Probabilities are within 1e-6 of the published filters (SamplerTests).
/// </remarks>
public static class Sampler
{
    /// <summary>The token at <paramref name="uniform"/> in [0, 1), without a history to penalise.</summary>
    public static int Choose(ReadOnlySpan<float> logits_V, SamplingSettings settings, float uniform, Span<float> scratch_V) =>
        Choose(logits_V, settings, previous: [], uniform, scratch_V);

    /// <summary>The token at <paramref name="uniform"/> in [0, 1); <paramref name="previous"/> are the ids that the repetition penalty meets.</summary>
    /// <exception cref="ArithmeticException">No logit is finite, or one is NaN or +∞.</exception>
    public static int Choose(
        ReadOnlySpan<float> logits_V, SamplingSettings settings, ReadOnlySpan<int> previous, float uniform, Span<float> scratch_V)
    {
        Require.Length<float>(scratch_V, logits_V.Length);
        var logits = Penalize(logits_V, settings, previous, scratch_V);
        if (settings.Temperature == 0)
        {
            return MostProbable(logits);
        }

        double total = Weigh(logits, settings, scratch_V);
        return TokenAt(uniform * total, scratch_V);
    }

    /// <summary>
    /// The token of a row whose sums are known segment by segment, when no filter applies: the segment at which the cumulative sum exceeds
    /// uniform · total, then the token within it. Only that segment's weights are computed.
    /// </summary>
    /// <param name="segments">The sums of each <see cref="VocabularySums.Segment"/> logits, at the temperature.</param>
    /// <param name="scratch">One segment, or the row if that is shorter.</param>
    /// <remarks>With one segment, the token of <see cref="Choose(ReadOnlySpan{float}, SamplingSettings, float, Span{float})"/>.</remarks>
    public static int Choose(
        ReadOnlySpan<float> logits_V, float inverseTemperature, ReadOnlySpan<VocabularySums> segments, float uniform, Span<float> scratch)
    {
        var (segment, within) = SegmentAt(uniform, segments);
        var logits = logits_V[(segment * VocabularySums.Segment)..Math.Min((segment + 1) * VocabularySums.Segment, logits_V.Length)];
        var weights = scratch[..logits.Length];
        double total = Exponentials(logits, inverseTemperature, segments[segment].Shift, float.NegativeInfinity, weights);
        return (segment * VocabularySums.Segment) + TokenAt(within * total, weights);
    }

    /// <summary>What <see cref="Choose(ReadOnlySpan{float}, SamplingSettings, ReadOnlySpan{int}, float, Span{float})"/> draws from. Assigns probabilities.</summary>
    public static void Probabilities(
        ReadOnlySpan<float> logits_V, SamplingSettings settings, ReadOnlySpan<int> previous, Span<float> probabilities_V)
    {
        Require.Length<float>(probabilities_V, logits_V.Length);
        var logits = Penalize(logits_V, settings, previous, probabilities_V);
        if (settings.Temperature == 0)
        {
            int token = MostProbable(logits);
            probabilities_V.Clear();
            probabilities_V[token] = 1;
            return;
        }

        double total = Weigh(logits, settings, probabilities_V);
        foreach (ref float probability in probabilities_V)
        {
            probability = (float)(probability / total);
        }
    }

    static ReadOnlySpan<float> Penalize(
        ReadOnlySpan<float> logits, SamplingSettings settings, ReadOnlySpan<int> previous, Span<float> penalized)
    {
        if (settings.RepetitionPenalty == 1 || previous.Length == 0)
        {
            return logits;
        }

        logits.CopyTo(penalized);
        SamplingFilters.Penalize(logits, previous, settings.RepetitionPenalty, penalized);
        return penalized;
    }

    static int MostProbable(ReadOnlySpan<float> logits)
    {
        float largest = LogSoftmax.Max(logits);
        if (!float.IsFinite(largest))
        {
            ThrowNoToken();
        }

        int i = 0;
        while (!Vector512.EqualsAny(Lanes.Load(logits, i, pad: float.NaN), Vector512.Create(largest)))
        {
            i += Lanes.Count;
        }

        return i + logits[i..].IndexOf(largest);
    }

    // Assigns the weights, which may take the place of the logits, and returns their sum.
    static double Weigh(ReadOnlySpan<float> logits, SamplingSettings settings, Span<float> weights)
    {
        float inverseTemperature = 1f / settings.Temperature;
        float smallestLogit = settings.TopK > 0 && settings.TopK < logits.Length
            ? SamplingFilters.Largest(logits, settings.TopK)
            : float.NegativeInfinity;

        double total = Exponentials(logits, inverseTemperature, LogSoftmax.Max(logits) * inverseTemperature, smallestLogit, weights);
        if (!double.IsFinite(total))
        {
            ThrowNoToken();
        }

        // The largest weight is e^0 = 1, so min-p is a bound on the weights as it stands.
        float smallestWeight = settings.MinP;
        if (settings.TopP < 1)
        {
            smallestWeight = MathF.Max(smallestWeight, SamplingFilters.SmallestWeight(weights, total, settings.TopP));
        }

        return smallestWeight > 0 ? SamplingFilters.DropBelow(smallestWeight, weights) : total;
    }

    // The segment, and the share of it that lies before the token.
    static (int Segment, double Within) SegmentAt(double uniform, ReadOnlySpan<VocabularySums> segments)
    {
        float shift = float.NegativeInfinity;
        foreach (ref readonly var segment in segments)
        {
            shift = MathF.Max(shift, segment.Shift);
        }

        double total = 0;
        foreach (ref readonly var segment in segments)
        {
            total += Mass(segment, shift);
        }

        if (!float.IsFinite(shift) || !double.IsFinite(total))
        {
            ThrowNoToken();
        }

        double target = uniform * total, sum = 0;
        int last = 0;
        for (int i = 0; segments.Length > 1 && i < segments.Length; i++)
        {
            double mass = Mass(segments[i], shift);
            if (sum + mass > target)
            {
                return (i, (target - sum) / mass);
            }

            sum += mass;
            last = mass > 0 ? i : last;
        }

        return (last, segments.Length > 1 ? 1 : uniform);
    }

    static double Mass(in VocabularySums segment, float shift) =>
        float.IsNegativeInfinity(segment.Shift) ? 0 : segment.Sum * Math.Exp((double)segment.Shift - shift);

    static double Exponentials(
        ReadOnlySpan<float> logits, float inverseTemperature, float shift, float smallestKept, Span<float> weights)
    {
        double total = 0;
        for (int i = 0; i < logits.Length; i += Lanes.Count)
        {
            var logit = Lanes.Load(logits, i, pad: float.NegativeInfinity);
            var weight = VectorMath.Exp(logit * inverseTemperature - Vector512.Create(shift));
            var dropped = Vector512.LessThan(logit, Vector512.Create(smallestKept));
            weight = Vector512.ConditionalSelect(dropped, Vector512<float>.Zero, weight);
            total += Lanes.Sum(weight);
            Lanes.Store(weight, weights, i);
        }

        return total;
    }

    static int TokenAt(double target, ReadOnlySpan<float> weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i += Lanes.Count)
        {
            double next = sum + Lanes.Sum(Lanes.Load(weights, i));
            if (next > target)
            {
                return i + TokenWithin(target, sum, weights[i..Math.Min(i + Lanes.Count, weights.Length)]);
            }

            sum = next;
        }

        return LastKept(weights);
    }

    static int TokenWithin(double target, double sum, ReadOnlySpan<float> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (sum > target)
            {
                return i;
            }
        }

        return LastKept(weights);
    }

    static int LastKept(ReadOnlySpan<float> weights) => weights.LastIndexOfAnyExcept(0f);

    [DoesNotReturn]
    static void ThrowNoToken() => throw new ArithmeticException(
        "No token can be drawn: the logits hold NaN, +∞ or no finite value. The weights are damaged or the training diverged; "
        + "go back to an earlier checkpoint and lower the learning rate.");
}
