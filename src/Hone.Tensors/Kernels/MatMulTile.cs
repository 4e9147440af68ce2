using System.Runtime.CompilerServices;

namespace Hone.Tensors.Kernels;

/// <summary>The one inner loop of all matrix products: a tile C [H, V vectors] (+)= A [H, K] · B [K, V vectors].</summary>
/// <remarks>
/// Each element of C is one chain c = a·b + c over k ascending, held in a register, whatever H, V and the width of a vector are: the height
/// of a tile never shows in a result. H ≤ 12 and V = 2 keep all sums in the registers of AVX-512, H ≤ 6 in those of AVX2.
/// </remarks>
static unsafe class MatMulTile<TVector, TLanes, TFormat, THeight, TWidth>
    where TVector : struct
    where TLanes : struct, ITileLanes<TVector>
    where TFormat : struct, IPanelFormat
    where THeight : struct, ITileSize
    where TWidth : struct, ITileSize
{
    // A[r, k] is at r · aRow + k · aStep. The panel has one row of 32-bit words for each k, or in BF16 for each pair of k, bStep words apart.
    // The chains start from the tile at start, which may be C itself, or from zero where start is null. Each step fetches one more line from
    // ahead on, aheadStep bytes apart: what is needed soon after this tile; any addresses will do.
    public static void Run(
        float* a, nint aRow, nint aStep, float* b, nint bStep, nint steps, float* c, nint cRow, float* start, nint startRow,
        byte* ahead, nint aheadStep)
    {
        TVector c00 = default, c01 = default;
        TVector c10 = default, c11 = default;
        TVector c20 = default, c21 = default;
        TVector c30 = default, c31 = default;
        TVector c40 = default, c41 = default;
        TVector c50 = default, c51 = default;
        TVector c60 = default, c61 = default;
        TVector c70 = default, c71 = default;
        TVector c80 = default, c81 = default;
        TVector c90 = default, c91 = default;
        TVector c100 = default, c101 = default;
        TVector c110 = default, c111 = default;
        if (start != null)
        {
            if (THeight.Value > 0) { Load(start, out c00, out c01); }
            if (THeight.Value > 1) { Load(start + 1 * startRow, out c10, out c11); }
            if (THeight.Value > 2) { Load(start + 2 * startRow, out c20, out c21); }
            if (THeight.Value > 3) { Load(start + 3 * startRow, out c30, out c31); }
            if (THeight.Value > 4) { Load(start + 4 * startRow, out c40, out c41); }
            if (THeight.Value > 5) { Load(start + 5 * startRow, out c50, out c51); }
            if (THeight.Value > 6) { Load(start + 6 * startRow, out c60, out c61); }
            if (THeight.Value > 7) { Load(start + 7 * startRow, out c70, out c71); }
            if (THeight.Value > 8) { Load(start + 8 * startRow, out c80, out c81); }
            if (THeight.Value > 9) { Load(start + 9 * startRow, out c90, out c91); }
            if (THeight.Value > 10) { Load(start + 10 * startRow, out c100, out c101); }
            if (THeight.Value > 11) { Load(start + 11 * startRow, out c110, out c111); }
        }
        else
        {
            // Nothing has read these lines: without this, each is asked of memory when the tile is done, one after another.
            for (nint r = 0; r < THeight.Value; r++)
            {
                PrefetchRow(c + (r * cRow));
            }
        }

        float* a3 = a + 3 * aRow, a6 = a + 6 * aRow, a9 = a + 9 * aRow;
        TVector words0 = default, words1 = default;
        for (nint k = 0; k < steps; k++)
        {
            TVector b0, b1 = default;
            if (TFormat.IsPaired && (k & 1) != 0)
            {
                b0 = TLanes.HighHalves(words0);
                b1 = TLanes.HighHalves(words1);
            }
            else
            {
                words0 = TLanes.Load(b);
                words1 = TWidth.Value > 1 ? TLanes.Load(b + TLanes.Count) : default;
                b0 = TFormat.IsPaired ? TLanes.LowHalves(words0) : words0;
                b1 = TFormat.IsPaired ? TLanes.LowHalves(words1) : words1;
                b += bStep;
                PrefetchWeights(b);
            }

            if (THeight.Value > 0) { var x = TLanes.Broadcast(a); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = Second(x, b1, c01); }
            if (THeight.Value > 1) { var x = TLanes.Broadcast(a + aRow); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = Second(x, b1, c11); }
            if (THeight.Value > 2) { var x = TLanes.Broadcast(a + 2 * aRow); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = Second(x, b1, c21); }
            if (THeight.Value > 3) { var x = TLanes.Broadcast(a3); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = Second(x, b1, c31); }
            if (THeight.Value > 4) { var x = TLanes.Broadcast(a3 + aRow); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = Second(x, b1, c41); }
            if (THeight.Value > 5) { var x = TLanes.Broadcast(a3 + 2 * aRow); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = Second(x, b1, c51); }
            if (THeight.Value > 6) { var x = TLanes.Broadcast(a6); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = Second(x, b1, c61); }
            if (THeight.Value > 7) { var x = TLanes.Broadcast(a6 + aRow); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = Second(x, b1, c71); }
            if (THeight.Value > 8) { var x = TLanes.Broadcast(a6 + 2 * aRow); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = Second(x, b1, c81); }
            if (THeight.Value > 9) { var x = TLanes.Broadcast(a9); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = Second(x, b1, c91); }
            if (THeight.Value > 10) { var x = TLanes.Broadcast(a9 + aRow); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = Second(x, b1, c101); }
            if (THeight.Value > 11) { var x = TLanes.Broadcast(a9 + 2 * aRow); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = Second(x, b1, c111); }

            TLanes.PrefetchSecond((float*)ahead);
            ahead += aheadStep;
            a += aStep;
            a3 += aStep;
            a6 += aStep;
            a9 += aStep;
        }

        if (THeight.Value > 0) { Store(c, c00, c01); }
        if (THeight.Value > 1) { Store(c + 1 * cRow, c10, c11); }
        if (THeight.Value > 2) { Store(c + 2 * cRow, c20, c21); }
        if (THeight.Value > 3) { Store(c + 3 * cRow, c30, c31); }
        if (THeight.Value > 4) { Store(c + 4 * cRow, c40, c41); }
        if (THeight.Value > 5) { Store(c + 5 * cRow, c50, c51); }
        if (THeight.Value > 6) { Store(c + 6 * cRow, c60, c61); }
        if (THeight.Value > 7) { Store(c + 7 * cRow, c70, c71); }
        if (THeight.Value > 8) { Store(c + 8 * cRow, c80, c81); }
        if (THeight.Value > 9) { Store(c + 9 * cRow, c90, c91); }
        if (THeight.Value > 10) { Store(c + 10 * cRow, c100, c101); }
        if (THeight.Value > 11) { Store(c + 11 * cRow, c110, c111); }
    }

    // BF16 weights come from memory too fast for the processor to run ahead of them by itself: 4 to 12 rows gain up to a third.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PrefetchWeights(float* b)
    {
        const int WordsAhead = 896;
        if (TFormat.IsPaired)
        {
            PrefetchRow(b + WordsAhead);
        }
    }

    // The lines that a tile is wide.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PrefetchRow(float* row)
    {
        const int LineWords = 16;
        TLanes.Prefetch(row);
        if (TWidth.Value * TLanes.Count > LineWords)
        {
            TLanes.Prefetch(row + LineWords);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Second(TVector x, TVector b1, TVector c) => TWidth.Value > 1 ? TLanes.MultiplyAdd(x, b1, c) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Load(float* c, out TVector c0, out TVector c1)
    {
        c0 = TLanes.Load(c);
        c1 = TWidth.Value > 1 ? TLanes.Load(c + TLanes.Count) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* c, TVector c0, TVector c1)
    {
        TLanes.Store(c0, c);
        if (TWidth.Value > 1)
        {
            TLanes.Store(c1, c + TLanes.Count);
        }
    }
}
