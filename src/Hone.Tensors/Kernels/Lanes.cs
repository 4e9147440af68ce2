using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The sixteen lanes every kernel computes in, on every processor: full and partial loads, and the one order in which lanes are joined.
/// </summary>
/// <remarks>
/// A reduction walks its axis in order with sixteen accumulators, the last vector padded, and ends in <see cref="Sum(Vector512{float})"/>
/// or <see cref="Max"/>. A processor with narrower registers does the same in two or four parts.
/// </remarks>
public static class Lanes
{
    public const int Count = 16;

    /// <summary>x[i .. i + 16]; lanes beyond the end of <paramref name="x"/> hold <paramref name="pad"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ReadOnlySpan<float> x, int i, float pad = 0) =>
        x.Length - i >= Count
            ? Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i)
            : LoadPart(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i), x.Length - i, pad);

    /// <summary>y[i .. i + 16] = lanes; lanes beyond the end of <paramref name="y"/> are dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> lanes, Span<float> y, int i)
    {
        if (y.Length - i >= Count)
        {
            lanes.StoreUnsafe(ref MemoryMarshal.GetReference(y), (nuint)i);
        }
        else
        {
            StorePart(lanes, ref Unsafe.Add(ref MemoryMarshal.GetReference(y), i), y.Length - i);
        }
    }

    /// <summary>Halves onto halves: lane i + lane i+8, then i + i+4, i + i+2, i + i+1.</summary>
    public static float Sum(Vector512<float> lanes)
    {
        var eight = lanes.GetLower() + lanes.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>The order of <see cref="Sum(Vector512{float})"/> over sixteen lanes of double, <paramref name="lower"/> holding lanes 0 to 7.</summary>
    public static double Sum(Vector512<double> lower, Vector512<double> upper)
    {
        var eight = lower + upper;
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>The largest lane; NaN if any lane is NaN.</summary>
    public static float Max(Vector512<float> lanes)
    {
        var eight = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    // A part is put together in registers. A call would make every caller keep its accumulators in memory,
    // and a buffer on the stack costs more than a short row does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> LoadPart(ref float x, int count, float pad) =>
        count >= 8
            ? Vector512.Create(Vector256.LoadUnsafe(ref x), LoadEight(ref Unsafe.Add(ref x, 8), count - 8, pad))
            : Vector512.Create(LoadEight(ref x, count, pad), Vector256.Create(pad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> LoadEight(ref float x, int count, float pad) =>
        count >= 4
            ? Vector256.Create(Vector128.LoadUnsafe(ref x), LoadFour(ref Unsafe.Add(ref x, 4), count - 4, pad))
            : Vector256.Create(LoadFour(ref x, count, pad), Vector128.Create(pad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> LoadFour(ref float x, int count, float pad) => count switch
    {
        0 => Vector128.Create(pad),
        1 => Vector128.Create(x, pad, pad, pad),
        2 => Vector128.Create(x, Unsafe.Add(ref x, 1), pad, pad),
        _ => Vector128.Create(x, Unsafe.Add(ref x, 1), Unsafe.Add(ref x, 2), pad),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void StorePart(Vector512<float> lanes, ref float y, int count)
    {
        var eight = lanes.GetLower();
        if (count >= 8)
        {
            eight.StoreUnsafe(ref y);
            eight = lanes.GetUpper();
            y = ref Unsafe.Add(ref y, 8);
            count -= 8;
        }

        var four = eight.GetLower();
        if (count >= 4)
        {
            four.StoreUnsafe(ref y);
            four = eight.GetUpper();
            y = ref Unsafe.Add(ref y, 4);
            count -= 4;
        }

        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref y, i) = four[0];
            four = Vector128.Shuffle(four, Vector128.Create(1, 2, 3, 0));
        }
    }
}
