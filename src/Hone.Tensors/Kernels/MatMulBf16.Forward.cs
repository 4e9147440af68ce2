using Hone.Tensors.Kernels.MachineCode;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMulBf16
{
    // Words of a panel that can be fetched from memory while one multiply-add runs; prices a product of few rows.
    const double FlopsPerWord = 16;

    // Rows of a task, and the steps that the inner index is cut into: partial sums wait in the result.
    const int LeastRows = 48, MostRows = 192, InnerBlock = 1536;

    // Panels that a tile of rows meets in turn: with blocks of the inner index they fit the second cache.
    const int GroupedPanels = 4;

    /// <summary>
    /// y [rows, N] = start + ⌊x⌉ [rows, K] · Wᵀ. Rows are xRow, yRow and startRow floats apart. start may be y itself, or null for zero, and
    /// must not overlap y otherwise.
    /// </summary>
    public static void Forward(
        float* x, nint xRow, int rows, PackedMatrix w, float* y, nint yRow, float* start, nint startRow, Workers workers) =>
        Forward(Path, x, xRow, rows, w, new Sums(start, startRow, y, yRow), workers);

    internal static void Forward(Bf16Path path, float* x, nint xRow, int rows, PackedMatrix w, in Sums y, Workers workers)
    {
        RequireBf16(w);
        int most = RowsAtOnce(rows, w.K, path, MostRows);
        for (int first = 0; first < rows; first += most)
        {
            ForwardRows(path, x + (first * xRow), xRow, Math.Min(most, rows - first), w, y.From(first, 0), workers);
        }
    }

    /// <summary>
    /// The columns of y = x · Wᵀ that lie in the panels [<paramref name="panelStart"/>, <paramref name="panelEnd"/>) of W (32 outputs each, the
    /// last one what is left), on the calling thread: a part of a task of the caller's region. Column 0 of y is the first output of
    /// panel panelStart. The bits are those of the whole product.
    /// </summary>
    public static void ForwardPanels(
        in RoundedRows x, int rows, PackedMatrix w, int panelStart, int panelEnd, float* y, nint yRow)
    {
        RequireBf16(w);
        if (x.Path == Bf16Path.Managed)
        {
            MatMul.ForwardPanels((float*)x.Pointer, x.RowStep / sizeof(float), rows, w, panelStart, panelEnd, y, yRow);
            return;
        }

        float* firstColumn = y - ((nint)panelStart * PanelGeometry.FullWidth);
        RunPanels(x, rows, w, panelStart, panelEnd, Sums.InPlace(firstColumn, yRow, accumulate: false));
    }

    static void RunPanels(in RoundedRows x, int rows, PackedMatrix w, int start, int end, in Sums y)
    {
        // Weights that are used once are read from end to end.
        int block = rows <= PairKernels.MaxRows ? int.MaxValue : InnerBlock;
        for (int k = 0, next; k < w.K; k = next)
        {
            next = (int)Math.Min((long)k + block, w.K);
            RunPanels(x.From(0, k), rows, w, start, end, (k, next), k > 0 ? y.Continued() : y);
        }
    }

    static void ForwardRows(Bf16Path path, float* x, nint xRow, int rows, PackedMatrix w, in Sums y, Workers workers)
    {
        var rounded = Round(x, xRow, rows, w.K, path, workers);
        if (path == Bf16Path.Managed)
        {
            MatMul.Forward(
                (float*)rounded.Pointer, rounded.RowStep / sizeof(float), rows, w, y.Target, y.TargetRow, y.Start, y.StartRow, workers);
            return;
        }

        int bundle = rows >= 2 * LeastRows ? GroupedPanels : PanelsAtOnce(rows);
        double panelFlops = (double)w.K * PanelGeometry.FullWidth, panelWords = (double)w.PanelRows * PanelGeometry.FullWidth;
        var region = new ForwardRegion
        {
            X = rounded,
            W = w,
            Y = y,
            Bundle = bundle,
            Grid = new(
                rows, (LeastRows, MostRows), (w.Outputs.Panels + bundle - 1) / bundle, bundle * panelFlops, bundle * panelWords * FlopsPerWord),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    static void RunPanels(
        in RoundedRows x, int rows, PackedMatrix w, int start, int end, (int Start, int End) k, in Sums y)
    {
        nint panelBytes = (nint)w.PanelRows * PanelGeometry.FullWidth * sizeof(float);
        for (int panel = start, count; panel < end; panel += count)
        {
            int width = w.Outputs.Width(panel);
            count = Math.Min(GroupedPanels, end - panel);
            count = w.Outputs.Width(panel + count - 1) == width ? count : count - 1;
            var words = w.Panel(panel) + ((nint)k.Start / 2 * width);
            var group = new PanelGroup(words, panelBytes, (k.End - k.Start + 1) / 2, w.Outputs, panel, count)
            {
                Streams = rows <= PairKernels.MaxRows,
                Following = panel + count < w.Outputs.Panels ? (byte*)words + (count * panelBytes) : null,
            };
            RunTiles(x, rows, group, y);
        }
    }

    static void RequireBf16(PackedMatrix w)
    {
        if (w.ElementType != ElementType.BF16)
        {
            throw new ArgumentException($"This matrix holds {w.ElementType}; a BF16 product needs BF16.", nameof(w));
        }
    }

    struct ForwardRegion : IRegion
    {
        public RoundedRows X;
        public PackedMatrix W;
        public Sums Y;
        public int Bundle;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var bundles = Grid.Panels(task);
            RunPanels(
                X.From(rows.Start, 0), rows.End - rows.Start, W, bundles.Start * Bundle, Math.Min(bundles.End * Bundle, W.Outputs.Panels),
                Y.From(rows.Start, 0));
        }
    }
}
