using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hone.Models.Weights;

/// <summary>Element conversions to F32 that lose nothing: every BF16 and every F16 number is an F32 number.</summary>
static unsafe class Widening
{
    /// <summary>A BF16 number is the upper half of an F32 number.</summary>
    public static void FromBf16(ushort* source, Span<float> target)
    {
        int i = 0;
        fixed (float* pointer = target)
        {
            uint* bits = (uint*)pointer;
            for (; i <= target.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            {
                Vector.Widen(Vector.Load(source + i), out var low, out var high);
                (low << 16).Store(bits + i);
                (high << 16).Store(bits + i + Vector<uint>.Count);
            }

            for (; i < target.Length; i++)
            {
                bits[i] = (uint)source[i] << 16;
            }
        }
    }

    public static void FromF16(Half* source, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (float)source[i];
        }
    }
}
