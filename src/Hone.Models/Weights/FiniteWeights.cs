using System.Numerics;

namespace Hone.Models.Weights;

/// <summary>Looks for numbers that are none: NaN or infinite.</summary>
static unsafe class FiniteWeights
{
    const uint ExponentOfF32 = 0x7F800000;
    const ushort ExponentOfBf16 = 0x7F80, ExponentOfF16 = 0x7C00;

    /// <param name="values">F32, F16 or BF16, aligned to nothing.</param>
    public static bool All(byte* values, long count, ElementKind kind) => kind switch
    {
        ElementKind.F32 => AllWords((uint*)values, count),
        ElementKind.BF16 => AllHalves((ushort*)values, count, ExponentOfBf16),
        ElementKind.F16 => AllHalves((ushort*)values, count, ExponentOfF16),
        _ => throw new ArgumentException($"{kind} has no numbers that are none.", nameof(kind)),
    };

    static bool AllWords(uint* values, long count)
    {
        var exponent = new Vector<uint>(ExponentOfF32);
        long i = 0;
        for (; i <= count - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.EqualsAny(Vector.Load(values + i) & exponent, exponent))
            {
                return false;
            }
        }

        for (; i < count; i++)
        {
            if ((values[i] & ExponentOfF32) == ExponentOfF32)
            {
                return false;
            }
        }

        return true;
    }

    static bool AllHalves(ushort* values, long count, ushort bits)
    {
        var exponent = new Vector<ushort>(bits);
        long i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            if (Vector.EqualsAny(Vector.Load(values + i) & exponent, exponent))
            {
                return false;
            }
        }

        for (; i < count; i++)
        {
            if ((values[i] & bits) == bits)
            {
                return false;
            }
        }

        return true;
    }
}
