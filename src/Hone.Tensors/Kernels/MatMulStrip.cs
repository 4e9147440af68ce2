using System.Runtime.CompilerServices;

namespace Hone.Tensors.Kernels;

/// <summary>The inner loop for one or two rows: V vectors across, over several panels at once where the vectors are wide.</summary>
/// <remarks>
/// So few rows leave a tile of one panel waiting for its own sums; eight vectors side by side keep the processor busy. The chain of an element
/// is that of <see cref="MatMulTile{TVector, TLanes, TFormat, THeight, TWidth}"/>: k ascending, one multiply-add each.
/// </remarks>
static unsafe class MatMulStrip<TVector, TLanes, TFormat, THeight, TWidth>
    where TVector : struct
    where TLanes : struct, ITileLanes<TVector>
    where TFormat : struct, IPanelFormat
    where THeight : struct, ITileSize
    where TWidth : struct, ITileSize
{
    // The panels have full width and lie panelWords apart. The chains start as in MatMulTile.
    public static void Run(float* a, nint aRow, float* b, nint panelWords, nint steps, float* c, nint cRow, float* start, nint startRow)
    {
        float* b1 = b + PairOffset(1, panelWords), b2 = b + PairOffset(2, panelWords), b3 = b + PairOffset(3, panelWords);
        TVector c00 = default, c01 = default, c02 = default, c03 = default, c04 = default, c05 = default, c06 = default, c07 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default, c16 = default, c17 = default;
        if (start != null)
        {
            if (THeight.Value > 0) { Load4(start, out c00, out c01, out c02, out c03); }
            if (THeight.Value > 0 && TWidth.Value > 4) { Load4(start + (4 * TLanes.Count), out c04, out c05, out c06, out c07); }
            if (THeight.Value > 1) { Load4(start + startRow, out c10, out c11, out c12, out c13); }
            if (THeight.Value > 1 && TWidth.Value > 4) { Load4(start + startRow + (4 * TLanes.Count), out c14, out c15, out c16, out c17); }
        }

        TVector words0 = default, words1 = default, words2 = default, words3 = default;
        TVector words4 = default, words5 = default, words6 = default, words7 = default;
        nint offset = 0;
        for (nint k = 0; k < steps; k++)
        {
            bool high = TFormat.IsPaired && (k & 1) != 0;
            if (!high)
            {
                words0 = TLanes.Load(b + offset);
                words1 = TLanes.Load(b + offset + TLanes.Count);
                words2 = TLanes.Load(b1 + offset);
                words3 = TLanes.Load(b1 + offset + TLanes.Count);
                if (TWidth.Value > 4)
                {
                    words4 = TLanes.Load(b2 + offset);
                    words5 = TLanes.Load(b2 + offset + TLanes.Count);
                    words6 = TLanes.Load(b3 + offset);
                    words7 = TLanes.Load(b3 + offset + TLanes.Count);
                }

                offset += PanelGeometry.FullWidth;
            }

            var x0 = TLanes.Broadcast(a);
            var x1 = THeight.Value > 1 ? TLanes.Broadcast(a + aRow) : default;
            a++;
            var b_0 = Widen(words0, high);
            c00 = TLanes.MultiplyAdd(x0, b_0, c00);
            c10 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_0, c10) : default;
            var b_1 = Widen(words1, high);
            c01 = TLanes.MultiplyAdd(x0, b_1, c01);
            c11 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_1, c11) : default;
            var b_2 = Widen(words2, high);
            c02 = TLanes.MultiplyAdd(x0, b_2, c02);
            c12 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_2, c12) : default;
            var b_3 = Widen(words3, high);
            c03 = TLanes.MultiplyAdd(x0, b_3, c03);
            c13 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_3, c13) : default;
            if (TWidth.Value > 4)
            {
                var b_4 = Widen(words4, high);
                c04 = TLanes.MultiplyAdd(x0, b_4, c04);
                c14 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_4, c14) : default;
                var b_5 = Widen(words5, high);
                c05 = TLanes.MultiplyAdd(x0, b_5, c05);
                c15 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_5, c15) : default;
                var b_6 = Widen(words6, high);
                c06 = TLanes.MultiplyAdd(x0, b_6, c06);
                c16 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_6, c16) : default;
                var b_7 = Widen(words7, high);
                c07 = TLanes.MultiplyAdd(x0, b_7, c07);
                c17 = THeight.Value > 1 ? TLanes.MultiplyAdd(x1, b_7, c17) : default;
            }
        }

        if (THeight.Value > 0) { Store4(c00, c01, c02, c03, c); }
        if (THeight.Value > 0 && TWidth.Value > 4) { Store4(c04, c05, c06, c07, c + (4 * TLanes.Count)); }
        if (THeight.Value > 1) { Store4(c10, c11, c12, c13, c + cRow); }
        if (THeight.Value > 1 && TWidth.Value > 4) { Store4(c14, c15, c16, c17, c + cRow + (4 * TLanes.Count)); }
    }

    // Where vectors 2i and 2i + 1 begin: in the same panel while it lasts, then in the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static nint PairOffset(int pair, nint panelWords)
    {
        int column = 2 * pair * TLanes.Count;
        return (column / PanelGeometry.FullWidth * panelWords) + (column % PanelGeometry.FullWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Widen(TVector words, bool high) =>
        !TFormat.IsPaired ? words : high ? TLanes.HighHalves(words) : TLanes.LowHalves(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void LoadPair(float* source, out TVector v0, out TVector v1)
    {
        v0 = TLanes.Load(source);
        v1 = TLanes.Load(source + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Load4(float* source, out TVector v0, out TVector v1, out TVector v2, out TVector v3)
    {
        LoadPair(source, out v0, out v1);
        LoadPair(source + (2 * TLanes.Count), out v2, out v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store4(TVector v0, TVector v1, TVector v2, TVector v3, float* target)
    {
        TLanes.Store(v0, target);
        TLanes.Store(v1, target + TLanes.Count);
        TLanes.Store(v2, target + (2 * TLanes.Count));
        TLanes.Store(v3, target + (3 * TLanes.Count));
    }
}
