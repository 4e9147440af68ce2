using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>BF16, the upper half of a float32, held as <see cref="ushort"/>.</summary>
/// <remarks>Widening is exact. Narrowing rounds to nearest, ties to even; what rounds beyond the largest number becomes ∞, and NaN stays NaN.</remarks>
public static class Bf16
{
    public static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    public static ushort Narrow(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40) // the payload may lie in the lower half alone
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>y = x, exactly.</summary>
    public static void Widen(ReadOnlySpan<ushort> x, Span<float> y)
    {
        Require.Length(x, y.Length);
        ref ushort from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            var half = Vector256.LoadUnsafe(ref from, (nuint)i);
            var bits = Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half)) << 16;
            bits.AsSingle().StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            y[i] = Widen(x[i]);
        }
    }

    /// <summary>y = x, rounded.</summary>
    public static void Narrow(ReadOnlySpan<float> x, Span<ushort> y)
    {
        Require.Length(x, y.Length);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref ushort to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            var kept = RoundedBits(Vector512.LoadUnsafe(ref from, (nuint)i)) >> 16;
            Vector256.Narrow(kept.GetLower(), kept.GetUpper()).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            y[i] = Narrow(x[i]);
        }
    }

    /// <summary>y = x, rounded and widened again.</summary>
    public static void Round(ReadOnlySpan<float> x, Span<float> y)
    {
        Require.Length(x, y.Length);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            var rounded = RoundedBits(Vector512.LoadUnsafe(ref from, (nuint)i)) & Vector512.Create(0xFFFF0000u);
            rounded.AsSingle().StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            y[i] = Widen(Narrow(x[i]));
        }
    }

    // The upper halves are the result.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> RoundedBits(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One);
        var quiet = bits | Vector512.Create(0x400000u);
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, quiet);
    }
}
