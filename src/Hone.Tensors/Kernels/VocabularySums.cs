using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// What a softmax over a vocabulary needs of the logits seen so far: shift = max z, Σ e^(z − shift) and Σ (z − shift) · e^(z − shift),
/// z = logits · inverseTemperature.
/// </summary>
/// <remarks>
/// Order of summation: blocks of <see cref="Block"/> logits ascending; in a block sixteen lanes of double joined by
/// <see cref="Lanes.Sum(Vector512{double}, Vector512{double})"/>; a block that raises the shift first scales the sums so far. Segments of
/// <see cref="Segment"/> logits are summed apart and joined ascending, so that they can be computed side by side.
/// </remarks>
public struct VocabularySums()
{
    /// <summary>Logits that are absorbed at once.</summary>
    public const int Block = 1024;

    /// <summary>Logits that one chain of blocks covers.</summary>
    public const int Segment = 8 * Block;

    double _sum;
    double _weighted;

    /// <summary>The largest z so far.</summary>
    public float Shift { get; private set; } = float.NegativeInfinity;

    public readonly double Sum => _sum;

    public readonly float LogSumExp => (float)(Shift + Math.Log(_sum));

    public readonly float Entropy => (float)(Math.Log(_sum) - (_weighted / _sum));

    public static int Segments(int vocabulary) => (vocabulary + Segment - 1) / Segment;

    /// <summary>The sums over a whole row of logits.</summary>
    public static VocabularySums Of(ReadOnlySpan<float> logits_V, float inverseTemperature)
    {
        var total = new VocabularySums();
        for (int start = 0; start < logits_V.Length; start += Segment)
        {
            total.Join(OfSegment(logits_V[start..Math.Min(start + Segment, logits_V.Length)], inverseTemperature));
        }

        return total;
    }

    /// <summary>The sums over one segment's logits.</summary>
    public static VocabularySums OfSegment(ReadOnlySpan<float> logits, float inverseTemperature)
    {
        var sums = new VocabularySums();
        for (int start = 0; start < logits.Length; start += Block)
        {
            var block = logits[start..Math.Min(start + Block, logits.Length)];
            sums.Raise(LogSoftmax.Max(block) * inverseTemperature);
            sums.Add<KeepLogits>(block, [], inverseTemperature);
        }

        return sums;
    }

    /// <summary>
    /// Absorbs one block and puts e^(z − shift) in the place of its logits. Returns what sums under the older shift are to be multiplied
    /// with.
    /// </summary>
    public float AbsorbInPlace(Span<float> block, float inverseTemperature)
    {
        float scale = Raise(LogSoftmax.Max(block) * inverseTemperature);
        Add<WritePowers>(block, block, inverseTemperature);
        return scale;
    }

    /// <summary>Adds the sums over logits that follow.</summary>
    public void Join(in VocabularySums next)
    {
        if (!float.IsNegativeInfinity(next.Shift))
        {
            Raise(next.Shift);
            double down = (double)next.Shift - Shift, scale = Math.Exp(down);
            _weighted += scale * (next._weighted + (down * next._sum));
            _sum += scale * next._sum;
        }
    }

    float Raise(float top)
    {
        float shift = MathF.Max(Shift, top);
        if (shift == Shift)
        {
            return 1;
        }

        double scale = 0;
        if (!float.IsNegativeInfinity(Shift))
        {
            double down = (double)Shift - shift;
            scale = Math.Exp(down);
            _weighted = scale * (_weighted + (down * _sum));
            _sum *= scale;
        }

        Shift = shift;
        return (float)scale;
    }

    void Add<TPowers>(ReadOnlySpan<float> logits, Span<float> powers, float inverseTemperature)
        where TPowers : struct, IPowers
    {
        // Without a finite logit so far all powers are 0, whatever the shift.
        float shift = float.IsNegativeInfinity(Shift) ? 0 : Shift;
        var (sum0, sum1) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (weighted0, weighted1) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (int i = 0; i < logits.Length; i += Lanes.Count)
        {
            var d = Lanes.Load(logits, i, pad: float.NegativeInfinity) * inverseTemperature - Vector512.Create(shift);
            var power = VectorMath.Exp(d);
            TPowers.Store(power, powers, i);
            sum0 += Vector512.WidenLower(power);
            sum1 += Vector512.WidenUpper(power);

            var product = LogSoftmax.ZeroWhereZero(power, power * d);
            weighted0 += Vector512.WidenLower(product);
            weighted1 += Vector512.WidenUpper(product);
        }

        _sum += Lanes.Sum(sum0, sum1);
        _weighted += Lanes.Sum(weighted0, weighted1);
    }

    interface IPowers
    {
        static abstract void Store(Vector512<float> power, Span<float> powers, int i);
    }

    readonly struct KeepLogits : IPowers
    {
        public static void Store(Vector512<float> power, Span<float> powers, int i)
        {
        }
    }

    readonly struct WritePowers : IPowers
    {
        public static void Store(Vector512<float> power, Span<float> powers, int i) => Lanes.Store(power, powers, i);
    }
}
