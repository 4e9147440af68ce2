using System.Runtime.Intrinsics;
using unsafe StripKernel = delegate*<float*, nint, float*, nint, nint, float*, nint, float*, nint, void>;

namespace Hone.Tensors.Kernels;

/// <summary>The strips for one and two rows.</summary>
sealed unsafe class StripFamily
{
    static readonly StripFamily _f32 = Create<F32Panel>();
    static readonly StripFamily _bf16 = Create<Bf16Panel>();

    readonly int _columns;
    readonly StripKernel _oneRow, _twoRows;

    StripFamily(int columns, StripKernel oneRow, StripKernel twoRows)
    {
        _columns = columns;
        _oneRow = oneRow;
        _twoRows = twoRows;
    }

    public const int MaxRows = 2;

    /// <summary>Panels of full width that <see cref="Run"/> computes.</summary>
    public const int Panels = 4;

    public static StripFamily For(ElementType type) => type == ElementType.F32 ? _f32 : _bf16;

    public void Run(in TileOperand a, int rows, float* b, nint panelWords, nint steps, float* c, nint cRow, float* start, nint startRow)
    {
        var kernel = rows == 1 ? _oneRow : _twoRows;
        for (int column = 0; column < Panels * PanelGeometry.FullWidth; column += _columns)
        {
            float* b_c = b + (column / PanelGeometry.FullWidth * panelWords) + (column % PanelGeometry.FullWidth);
            kernel(a.Pointer, a.Row, b_c, panelWords, steps, c + column, cRow, start == null ? null : start + column, startRow);
        }
    }

    // Below 512 bits eight sums for each of two rows, or eight words of BF16, would not fit the registers.
    static StripFamily Create<TFormat>()
        where TFormat : struct, IPanelFormat => Processor.Tier switch
        {
            InstructionSetTier.Avx512 => Create<Vector512<float>, TileLanes512, TFormat, Size8>(),
            InstructionSetTier.Avx2 => Create<Vector256<float>, TileLanes256, TFormat, Size4>(),
            _ => Create<Vector128<float>, TileLanes128, TFormat, Size4>(),
        };

    static StripFamily Create<TVector, TLanes, TFormat, TWidth>()
        where TVector : struct
        where TLanes : struct, ITileLanes<TVector>
        where TFormat : struct, IPanelFormat
        where TWidth : struct, ITileSize => new(
            TLanes.Count * TWidth.Value,
            &MatMulStrip<TVector, TLanes, TFormat, Size1, TWidth>.Run,
            &MatMulStrip<TVector, TLanes, TFormat, Size2, TWidth>.Run);
}
