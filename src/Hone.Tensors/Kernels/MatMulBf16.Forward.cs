using Hone.Tensors.Kernels.MachineCode;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMulBf16
{
    // Words of a panel that can be fetched from memory while one multiply-add runs; prices a product of few rows.
    const double FlopsPerWord = 16;

    // Rows of a task, and the inner index that they are cut at: rows and a panel fit the second cache. Partial sums wait in the result.
    const int LeastRows = 48, MostRows = 144, InnerBlock = 2048;

    // Up to these numbers of rows, four or two panels at once give the processor enough sums to work on side by side.
    const int RowsForFourPanels = 3, RowsForTwoPanels = 6;

    /// <summary>y [rows, N] = ⌊x⌉ [rows, K] · Wᵀ or y += ⌊x⌉ · Wᵀ; rows of x and y are <paramref name="xRow"/> and <paramref name="yRow"/> floats apart.</summary>
    public static void Forward(
        float* x, int xRow, int rows, PackedMatrix w, float* y, int yRow, bool accumulate, Workers workers) =>
        Forward(Path, x, xRow, rows, w, y, yRow, accumulate, workers);

    internal static void Forward(
        Bf16Path path, float* x, int xRow, int rows, PackedMatrix w, float* y, int yRow, bool accumulate, Workers workers)
    {
        RequireBf16(w);
        int most = RowsAtOnce(rows, w.K, path, MostRows);
        for (int first = 0; first < rows; first += most)
        {
            ForwardRows(
                path, x + ((nint)first * xRow), xRow, Math.Min(most, rows - first), w, y + ((nint)first * yRow), yRow, accumulate, workers);
        }
    }

    /// <summary>
    /// The part of a forward product that one task computes: columns of the panels [start, end), 32 to a panel, for the first rows of x.
    /// <paramref name="y"/> is where column 0 would be.
    /// </summary>
    public static void ForwardPanels(
        in RoundedRows x, int rows, PackedMatrix w, int start, int end, float* y, nint yRow, bool accumulate)
    {
        RequireBf16(w);
        if (x.Path == Bf16Path.Managed)
        {
            for (int panel = start; panel < end; panel++)
            {
                RunManagedPanel(x, rows, w, panel, y + ((nint)panel * PanelGeometry.FullWidth), yRow, accumulate);
            }

            return;
        }

        // Weights that are used once are read from end to end.
        int block = rows <= PairKernels.MaxRows ? int.MaxValue : InnerBlock;
        for (int k = 0, next; k < w.K; k = next)
        {
            next = (int)Math.Min((long)k + block, w.K);
            RunPanels(x.From(0, k), rows, w, start, end, (k, next), y, yRow, accumulate || k > 0);
        }
    }

    static void ForwardRows(
        Bf16Path path, float* x, int xRow, int rows, PackedMatrix w, float* y, int yRow, bool accumulate, Workers workers)
    {
        var rounded = Round(x, xRow, rows, w.K, path, workers);
        if (path == Bf16Path.Managed)
        {
            MatMul.Forward((float*)rounded.Pointer, (int)(rounded.RowStep / sizeof(float)), rows, w, y, yRow, accumulate, workers);
            return;
        }

        int bundle = PanelsAtOnce(rows);
        double panelFlops = (double)w.K * PanelGeometry.FullWidth, panelWords = (double)w.PanelRows * PanelGeometry.FullWidth;
        var region = new ForwardRegion
        {
            X = rounded,
            W = w,
            Y = y,
            YRow = yRow,
            Accumulate = accumulate,
            Bundle = bundle,
            Grid = new(
                rows, (LeastRows, MostRows), (w.Outputs.Panels + bundle - 1) / bundle, bundle * panelFlops, bundle * panelWords * FlopsPerWord),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    static int PanelsAtOnce(int rows) => rows <= RowsForFourPanels ? 4 : rows <= RowsForTwoPanels ? 2 : 1;

    static void RunPanels(
        in RoundedRows x, int rows, PackedMatrix w, int start, int end, (int Start, int End) k, float* y, nint yRow, bool add)
    {
        nint panelBytes = (nint)w.PanelRows * PanelGeometry.FullWidth * sizeof(float);
        for (int panel = start, panels; panel < end; panel += panels)
        {
            int width = w.Outputs.Width(panel), left = w.N - (panel * PanelGeometry.FullWidth);
            panels = PanelsAtOnce(rows);
            while (panels > 1 && panels > Math.Min(end - panel, left / PanelGeometry.FullWidth))
            {
                panels /= 2;
            }

            var part = new PairPanel(w.Panel(panel) + ((nint)k.Start / 2 * width), (k.End - k.Start + 1) / 2, width, left, panelBytes);
            RunTiles(x, rows, panels, part, y + ((nint)panel * PanelGeometry.FullWidth), yRow, add);
        }
    }

    static void RunManagedPanel(in RoundedRows x, int rows, PackedMatrix w, int panel, float* y, nint yRow, bool accumulate)
    {
        int width = w.Outputs.Width(panel), valid = w.Outputs.ValidColumns(panel);
        var a = new TileOperand((float*)x.Pointer, x.RowStep / sizeof(float), 1);
        for (int column = 0; column < valid;)
        {
            var family = TileFamily.For(ElementType.BF16, valid - column);
            family.Run(a, rows, w.Panel(panel) + column, width, w.K, y + column, yRow, accumulate, valid - column);
            column += family.Columns;
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
        public float* Y;
        public nint YRow;
        public bool Accumulate;
        public int Bundle;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var bundles = Grid.Panels(task);
            ForwardPanels(
                X.From(rows.Start, 0), rows.End - rows.Start, W, bundles.Start * Bundle, Math.Min(bundles.End * Bundle, W.Outputs.Panels),
                Y + (rows.Start * YRow), YRow, Accumulate);
        }
    }
}
