namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMulBf16
{
    // Words of a panel that can be fetched from memory while one multiply-add runs; prices a product of few rows.
    const double FlopsPerWord = 16;

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
        if (rows == 0)
        {
            return;
        }

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
                rows, (48, 192), (w.Outputs.Panels + bundle - 1) / bundle, bundle * panelFlops, bundle * panelWords * FlopsPerWord),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    /// <summary>
    /// The part of a forward product that one task computes: columns of the panels [start, end), 32 to a panel, for the first rows of x.
    /// <paramref name="y"/> is where column 0 would be.
    /// </summary>
    public static void ForwardPanels(
        in RoundedRows x, int rows, PackedMatrix w, int start, int end, float* y, nint yRow, bool accumulate)
    {
        RequireBf16(w);
        int most = x.Path == Bf16Path.MachineCode ? PanelsAtOnce(rows) : 1;
        for (int panel = start, panels; panel < end; panel += panels)
        {
            panels = most;
            while (panels > Math.Min(end - panel, (w.N - (panel * PanelGeometry.FullWidth)) / PanelGeometry.FullWidth) && panels > 1)
            {
                panels /= 2;
            }

            float* y_p = y + ((nint)panel * PanelGeometry.FullWidth);
            if (x.Path == Bf16Path.MachineCode)
            {
                RunPanels(x, rows, w, panel, panels, y_p, yRow, accumulate);
            }
            else
            {
                RunManagedPanel(x, rows, w, panel, y_p, yRow, accumulate);
            }
        }
    }

    static int PanelsAtOnce(int rows) => rows <= RowsForFourPanels ? 4 : rows <= RowsForTwoPanels ? 2 : 1;

    static void RunPanels(
        in RoundedRows x, int rows, PackedMatrix w, int panel, int panels, float* y, nint yRow, bool accumulate)
    {
        int width = w.Outputs.Width(panel), valid = w.N - (panel * PanelGeometry.FullWidth);
        for (int k = 0; k < w.K; k += InnerBlock)
        {
            int pairs = (Math.Min(InnerBlock, w.K - k) + 1) / 2;
            var words = w.Panel(panel) + ((nint)k / 2 * width);
            var part = new PairPanel(words, pairs, width, valid, (nint)w.PanelRows * PanelGeometry.FullWidth * sizeof(float));
            if (panels > 1)
            {
                RunTile(x.From(0, k), rows, panels, part, y, yRow, accumulate || k > 0);
            }
            else
            {
                RunTiles(x.From(0, k), rows, part, y, yRow, accumulate || k > 0);
            }
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
