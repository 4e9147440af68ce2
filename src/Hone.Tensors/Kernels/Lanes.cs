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
            : LoadPart(x, i, pad);

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
            StorePart(lanes, y, i);
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

    // Loops instead of CopyTo: a call here would make every caller keep its accumulators in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> LoadPart(ReadOnlySpan<float> x, int i, float pad)
    {
        var buffer = Vector512.Create(pad);
        ref float lane = ref Unsafe.As<Vector512<float>, float>(ref buffer);
        for (; i < x.Length; i++)
        {
            lane = x[i];
            lane = ref Unsafe.Add(ref lane, 1);
        }

        return buffer;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void StorePart(Vector512<float> lanes, Span<float> y, int i)
    {
        ref float lane = ref Unsafe.As<Vector512<float>, float>(ref lanes);
        for (; i < y.Length; i++)
        {
            y[i] = lane;
            lane = ref Unsafe.Add(ref lane, 1);
        }
    }
}
