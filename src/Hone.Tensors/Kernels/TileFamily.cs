using System.Runtime.Intrinsics;
using unsafe TileKernel = delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, byte*, nint, void>;

namespace Hone.Tensors.Kernels;

/// <summary>The tiles of one width for every height, and the walk over the rows of a block with them.</summary>
sealed unsafe class TileFamily
{
    // 24 sums of 512 bits, or 12 of fewer, leave registers for the panel's row and the broadcast.
    const int MaxHeight512 = 12, MaxHeightBelow = 6;

    static readonly TileFamily[] _f32 = Create<F32Panel>();
    static readonly TileFamily[] _bf16 = Create<Bf16Panel>();

    readonly TileKernel[] _kernels;

    TileFamily(int columns, int maxHeight, TileKernel[] kernels)
    {
        Columns = columns;
        MaxHeight = maxHeight;
        _kernels = kernels;
    }

    /// <summary>Columns that one tile computes.</summary>
    public int Columns { get; }

    public int MaxHeight { get; }

    /// <summary>The narrowest family that covers <paramref name="columns"/>, or else the widest there is.</summary>
    public static TileFamily For(ElementType type, int columns)
    {
        var families = type == ElementType.F32 ? _f32 : _bf16;
        int i = families.Length - 1;
        while (i > 0 && families[i].Columns < columns)
        {
            i--;
        }

        return families[i];
    }

    /// <summary>C [rows, columns] = or += A · B over one panel, or the part of it that this family is wide.</summary>
    public void Run(in TileOperand a, int rows, float* b, nint bStep, nint steps, float* c, nint cRow, bool add, int columns) =>
        Run(a, rows, b, bStep, steps, c, cRow, add ? c : null, cRow, columns);

    /// <summary>C = start + A · B, each chain starting from the element of <paramref name="start"/>, or from zero where that is null.</summary>
    public void Run(
        in TileOperand a, int rows, float* b, nint bStep, nint steps, float* c, nint cRow, float* start, nint startRow, int columns) =>
        Run(a, rows, b, bStep, steps, c, cRow, start, startRow, columns, new(b, 0));

    /// <summary>The same while lines that are needed soon are fetched into the second cache, one for each step of each tile.</summary>
    public void Run(
        in TileOperand a, int rows, float* b, nint bStep, nint steps, float* c, nint cRow, float* start, nint startRow, int columns,
        LinesAhead ahead)
    {
        int tiles = (rows + MaxHeight - 1) / MaxHeight;
        for (int tile = 0, first = 0; tile < tiles; tile++)
        {
            int next = (tile + 1) * rows / tiles, height = next - first;
            float* a_t = a.Pointer + (first * a.Row), c_t = c + (first * cRow), start_t = start == null ? null : start + (first * startRow);
            if (columns >= Columns)
            {
                _kernels[height](a_t, a.Row, a.Step, b, bStep, steps, c_t, cRow, start_t, startRow, ahead.Pointer, ahead.Step);
            }
            else
            {
                RunPart(height, a_t, a, b, bStep, steps, c_t, cRow, start_t, startRow, columns, ahead);
            }

            first = next;
        }
    }

    // C ends inside the tile: compute in a full one aside.
    void RunPart(
        int height, float* a_t, in TileOperand a, float* b, nint bStep, nint steps,
        float* c, nint cRow, float* start, nint startRow, int columns, LinesAhead ahead)
    {
        float* tile = stackalloc float[MaxHeight * Columns];
        nint bytes = columns * sizeof(float);
        for (int r = 0; start != null && r < height; r++)
        {
            Buffer.MemoryCopy(start + (r * startRow), tile + (r * Columns), bytes, bytes);
        }

        _kernels[height](a_t, a.Row, a.Step, b, bStep, steps, tile, Columns, start == null ? null : tile, Columns, ahead.Pointer, ahead.Step);
        for (int r = 0; r < height; r++)
        {
            Buffer.MemoryCopy(tile + (r * Columns), c + (r * cRow), bytes, bytes);
        }
    }

    // From wide to narrow: a thin product does not pay for lanes that it lacks.
    static TileFamily[] Create<TFormat>()
        where TFormat : struct, IPanelFormat => Processor.Tier switch
        {
            InstructionSetTier.Avx512 =>
            [
                Create<Vector512<float>, TileLanes512, TFormat, Size2>(MaxHeight512),
                Create<Vector512<float>, TileLanes512, TFormat, Size1>(MaxHeight512),
                Create<Vector256<float>, TileLanes256, TFormat, Size1>(MaxHeight512),
            ],
            InstructionSetTier.Avx2 =>
            [
                Create<Vector256<float>, TileLanes256, TFormat, Size2>(MaxHeightBelow),
                Create<Vector256<float>, TileLanes256, TFormat, Size1>(MaxHeightBelow),
            ],
            _ => [Create<Vector128<float>, TileLanes128, TFormat, Size2>(MaxHeightBelow)],
        };

    static TileFamily Create<TVector, TLanes, TFormat, TWidth>(int maxHeight)
        where TVector : struct
        where TLanes : struct, ITileLanes<TVector>
        where TFormat : struct, IPanelFormat
        where TWidth : struct, ITileSize => new(
            TLanes.Count * TWidth.Value,
            maxHeight,
            [
                null,
                &MatMulTile<TVector, TLanes, TFormat, Size1, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size2, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size3, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size4, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size5, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size6, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size7, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size8, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size9, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size10, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size11, TWidth>.Run,
                &MatMulTile<TVector, TLanes, TFormat, Size12, TWidth>.Run,
            ]);
}

/// <summary>The left side of a product: element [r, k] is at r · Row + k · Step.</summary>
readonly unsafe struct TileOperand(float* pointer, nint row, nint step)
{
    public readonly float* Pointer = pointer;
    public readonly nint Row = row;
    public readonly nint Step = step;
}

/// <summary>Addresses to fetch while a tile is computed: one for each step, <see cref="Step"/> bytes apart.</summary>
readonly unsafe struct LinesAhead(void* pointer, nint step)
{
    public readonly byte* Pointer = (byte*)pointer;
    public readonly nint Step = step;
}
