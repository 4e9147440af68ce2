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
        var rounded = new RoundedRows(ThreadScratch.Rounded(RoundedRows.BytesOf(rows, columns, path)), columns, path);
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

    // C (+)= A · B over a group of panels; c is where column 0 of all would be. Each tile of rows meets the whole group while it is near.
    static void RunTiles(in RoundedRows a, int rows, in PanelGroup group, in Sums c)
    {
        int tiles = (rows + PairKernels.MaxRows - 1) / PairKernels.MaxRows;
        for (int tile = 0, first = 0; tile < tiles; tile++)
        {
            int next = (int)((long)(tile + 1) * rows / tiles);
            for (int i = 0, panels; i < group.Count; i += panels)
            {
                panels = group.AtOnce(i, PanelsAtOnce(next - first));
                RunTile(
                    a.From(first, 0), next - first, group, i, panels, group.Ahead(i, tiles - tile - 1, tiles),
                    c.From(first, (group.First + i) * PanelGeometry.FullWidth));
            }

            first = next;
        }
    }

    static void RunTile(in RoundedRows a, int rows, in PanelGroup group, int index, int panels, byte* ahead, in Sums c)
    {
        int panel = group.First + index, width = group.Geometry.Width(panel), columns = panels * width;
        var call = new PairTile
        {
            A = a.Pointer,
            ARow = a.RowStep,
            B = group.Words + (index * group.PanelBytes),
            Panel = group.PanelBytes,
            Pairs = group.Pairs,
            C = c.Target,
            CRow = c.TargetRow * sizeof(float),
            Start = c.Start,
            StartRow = c.StartRow * sizeof(float),
            Ahead = ahead,
        };
        int valid = group.Geometry.Columns - (panel * PanelGeometry.FullWidth);
        if (valid >= columns)
        {
            PairKernels.Instance!.Run(rows, panels, width, group.Streams, &call);
            return;
        }

        // C ends inside the tile: compute in a full one aside.
        float* tile = stackalloc float[PairKernels.MaxRows * PanelGeometry.FullWidth];
        nint bytes = valid * sizeof(float);
        for (int r = 0; c.Start is not null && r < rows; r++)
        {
            Buffer.MemoryCopy(c.Start + (r * c.StartRow), tile + (r * width), bytes, bytes);
        }

        call.C = tile;
        call.Start = c.Start is null ? null : tile;
        call.CRow = call.StartRow = width * sizeof(float);
        PairKernels.Instance!.Run(rows, 1, width, group.Streams, &call);
        for (int r = 0; r < rows; r++)
        {
            Buffer.MemoryCopy(tile + (r * width), c.Target + (r * c.TargetRow), bytes, bytes);
        }
    }

    // Few rows need several panels for as many sums as the processor can work on side by side.
    static int PanelsAtOnce(int rows) => rows <= 3 ? 4 : rows <= 6 ? 2 : 1;

    /// <summary>Panels [First, First + Count) of a matrix of words, each word a pair of BF16 weights of neighbouring inner indices.</summary>
    readonly struct PanelGroup(void* words, nint panelBytes, int pairs, PanelGeometry geometry, int first, int count)
    {
        /// <summary>The panels come from memory for a single tile of rows.</summary>
        public bool Streams { get; init; }

        /// <summary>What is multiplied next, in the same form, or null: the last two tiles fetch it, each one half of its lines.</summary>
        public byte* Following { get; init; }

        public readonly byte* Words = (byte*)words;
        public readonly nint PanelBytes = panelBytes;
        public readonly int Pairs = pairs;
        public readonly PanelGeometry Geometry = geometry;
        public readonly int First = first;
        public readonly int Count = count;

        /// <summary>Lines to fetch while the tile of rows with so many others left passes this panel.</summary>
        public byte* Ahead(int index, int tilesLeft, int tiles)
        {
            const int LineBytes = 64;
            bool fetches = Following is not null && tilesLeft < Math.Min(2, tiles - 1);
            return fetches ? Following + (index * PanelBytes) + (tilesLeft * LineBytes) : Words;
        }

        /// <summary>As many panels as are wanted, halved until they are all there and full.</summary>
        public int AtOnce(int index, int wanted)
        {
            int full = Math.Min(Count - index, (Geometry.Columns / PanelGeometry.FullWidth) - First - index);
            while (wanted > 1 && wanted > full)
            {
                wanted /= 2;
            }

            return wanted;
        }
    }

    /// <summary>Where sums begin (null: at zero) and where they end up, with the floats from one row to the next.</summary>
    internal readonly struct Sums(float* start, nint startRow, float* target, nint targetRow)
    {
        public readonly float* Start = start;
        public readonly nint StartRow = startRow;
        public readonly float* Target = target;
        public readonly nint TargetRow = targetRow;

        public static Sums InPlace(float* target, nint row, bool accumulate) => new(accumulate ? target : null, row, target, row);

        public Sums From(int row, nint column) => new(
            Start is null ? null : Start + (row * StartRow) + column, StartRow, Target + (row * TargetRow) + column, TargetRow);

        /// <summary>What a later block of the inner index adds to.</summary>
        public Sums Continued() => new(Target, TargetRow, Target, TargetRow);
    }
}
