using Hone.Tensors.Kernels.MachineCode;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The two products with a frozen BF16 matrix whose other side is rounded to BF16 too: y = ⌊x⌉·Wᵀ and dx = ⌊dy⌉·W. Sums are F32.
/// </summary>
/// <remarks>
/// <para>Machine code: each element is one chain of fused multiply-adds c = a·b + c over pairs of the inner index, ascending, the odd index of
/// a pair before the even one; numbers below 2⁻¹²⁶ count as zero, in operands, sums and results. Height of tiles, blocks, threads and
/// accompanying rows never change a bit.</para>
/// <para>Managed: the bits of <see cref="MatMul"/> over rounded activations. A product of two BF16 numbers is exact in F32, so the paths
/// differ in the order of adding and near zero only.</para>
/// </remarks>
public static unsafe partial class MatMulBf16
{
    // Rounded activations that stay in the last-level cache between their rounding and their use.
    const long RoundedBytes = 4 << 20;

    // Rounding fewer numbers than this is done before other threads would have begun.
    const int RoundedByOneThread = 16 * 1024;

    /// <summary>What this process computes with, chosen by processor and system.</summary>
    public static Bf16Path Path { get; } = PairKernels.Instance is null ? Bf16Path.Managed : Bf16Path.MachineCode;

    // Rows that are rounded and multiplied before the next are looked at.
    static int RowsAtOnce(int rows, int columns, Bf16Path path, int least) =>
        (int)Math.Min(rows, Math.Max(least, RoundedBytes / RoundedRows.BytesOf(1, columns, path)));

    static RoundedRows Round(float* x, nint xRow, int rows, int columns, Bf16Path path, Workers workers)
    {
        var rounded = new RoundedRows(Bf16Scratch.Rounded(RoundedRows.BytesOf(rows, columns, path)), columns, path);
        if ((long)rows * columns <= RoundedByOneThread)
        {
            rounded.Round(x, xRow, rows);
            return rounded;
        }

        int rowsPerTask = Math.Max(1, RoundedByOneThread / columns);
        var region = new RoundRegion { X = x, XRow = xRow, Rows = rows, RowsPerTask = rowsPerTask, Target = rounded };
        workers.Run((rows + rowsPerTask - 1) / rowsPerTask, ref region);
        return rounded;
    }

    struct RoundRegion : IRegion
    {
        public float* X;
        public nint XRow;
        public int Rows;
        public int RowsPerTask;
        public RoundedRows Target;

        public readonly void Run(int task)
        {
            int first = task * RowsPerTask;
            Target.From(first, 0).Round(X + (first * XRow), XRow, Math.Min(RowsPerTask, Rows - first));
        }
    }

    // C [rows, valid] (+)= A · B over one panel, or several where the rows fit one tile.
    static void RunTiles(in RoundedRows a, int rows, int panels, in PairPanel panel, float* c, nint cRow, bool add)
    {
        int tiles = (rows + PairKernels.MaxRows - 1) / PairKernels.MaxRows;
        for (int tile = 0, first = 0; tile < tiles; tile++)
        {
            int next = (int)((long)(tile + 1) * rows / tiles);
            RunTile(a.From(first, 0), next - first, panels, panel, c + (first * cRow), cRow, add);
            first = next;
        }
    }

    static void RunTile(in RoundedRows a, int rows, int panels, in PairPanel panel, float* c, nint cRow, bool add)
    {
        var call = new PairTile
        {
            A = a.Pointer,
            ARow = a.RowStep,
            B = panel.Words,
            Panel = panel.NextPanel,
            Pairs = panel.Pairs,
            C = c,
            CRow = cRow * sizeof(float),
            Add = add ? 1 : 0,
        };
        int columns = panels * panel.Width;
        if (panel.Valid >= columns)
        {
            PairKernels.Instance!.Run(rows, panels, panel.Width, &call);
            return;
        }

        // C ends inside the tile: compute in a full one aside.
        float* tile = stackalloc float[PairKernels.MaxRows * PanelGeometry.FullWidth];
        nint bytes = panel.Valid * sizeof(float);
        for (int r = 0; add && r < rows; r++)
        {
            Buffer.MemoryCopy(c + (r * cRow), tile + (r * columns), bytes, bytes);
        }

        call.C = tile;
        call.CRow = columns * sizeof(float);
        PairKernels.Instance!.Run(rows, panels, panel.Width, &call);
        for (int r = 0; r < rows; r++)
        {
            Buffer.MemoryCopy(tile + (r * columns), c + (r * cRow), bytes, bytes);
        }
    }

    /// <summary>Part of a panel of words, each a pair of BF16 weights of neighbouring inner indices.</summary>
    readonly struct PairPanel(void* words, int pairs, int width, int valid, nint nextPanel = 0)
    {
        public readonly void* Words = words;
        public readonly int Pairs = pairs;

        // Words in a row, and how many of them belong to columns that the result has (of all panels from here on).
        public readonly int Width = width;
        public readonly int Valid = valid;

        // Bytes from here to the same place of the next panel.
        public readonly nint NextPanel = nextPanel;
    }
}
