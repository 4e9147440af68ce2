namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    // Words of a panel that can be fetched from memory while one multiply-add runs; prices a product of few rows.
    const double FlopsPerWord = 8;

    /// <summary>y [rows, N] = x [rows, K] · Wᵀ; with <paramref name="accumulate"/>, y += x · Wᵀ, each chain starting from y.</summary>
    public static void Forward(float* x, int rows, PackedMatrix w, float* y, bool accumulate, Workers workers) =>
        Forward(x, w.K, rows, w, y, w.N, accumulate, workers);

    /// <summary>The same with rows of x and y that are <paramref name="xRow"/> and <paramref name="yRow"/> floats apart.</summary>
    public static void Forward(
        float* x, int xRow, int rows, PackedMatrix w, float* y, int yRow, bool accumulate, Workers workers)
    {
        if (rows == 0)
        {
            return;
        }

        double panelFlops = 2.0 * w.K * PanelGeometry.FullWidth, panelWords = (double)w.PanelRows * PanelGeometry.FullWidth;
        int bundles = (w.Outputs.Panels + StripFamily.Panels - 1) / StripFamily.Panels;
        var region = new ForwardRegion
        {
            X = new(x, xRow, 1),
            W = w,
            Y = y,
            YRow = yRow,
            Accumulate = accumulate,
            Grid = rows <= StripFamily.MaxRows
                ? new(rows, (2, 2), bundles, StripFamily.Panels * panelFlops, StripFamily.Panels * panelWords * FlopsPerWord)
                : new(rows, (48, 192), w.Outputs.Panels, panelFlops, panelWords * FlopsPerWord),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    struct ForwardRegion : IRegion
    {
        public TileOperand X;
        public PackedMatrix W;
        public float* Y;
        public nint YRow;
        public bool Accumulate;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var (panel, end) = Grid.Panels(task);
            if (rows.End - rows.Start <= StripFamily.MaxRows)
            {
                RunStrips(rows.Start, rows.End - rows.Start, panel * StripFamily.Panels, end * StripFamily.Panels);
                return;
            }

            for (; panel < end; panel++)
            {
                RunPanel(panel, rows.Start, rows.End - rows.Start);
            }
        }

        readonly void RunStrips(int firstRow, int rows, int panel, int end)
        {
            const int Columns = StripFamily.Panels * PanelGeometry.FullWidth;
            var x = new TileOperand(X.Pointer + (firstRow * X.Row), X.Row, 1);
            float* y = Y + (firstRow * YRow);
            for (; panel < end && W.N - (panel * PanelGeometry.FullWidth) >= Columns; panel += StripFamily.Panels)
            {
                StripFamily.For(W.ElementType).Run(
                    x, rows, W.Panel(panel), (nint)W.PanelRows * PanelGeometry.FullWidth, W.K,
                    y + ((nint)panel * PanelGeometry.FullWidth), YRow, Accumulate);
            }

            for (; panel < Math.Min(end, W.Outputs.Panels); panel++)
            {
                RunPanel(panel, firstRow, rows);
            }
        }

        readonly void RunPanel(int panel, int firstRow, int rows)
        {
            for (int k = 0; k < W.K; k += InnerBlock)
            {
                RunPanel(panel, firstRow, rows, k);
            }
        }

        readonly void RunPanel(int panel, int firstRow, int rows, int k)
        {
            int width = W.Outputs.Width(panel), valid = W.Outputs.ValidColumns(panel);
            int steps = Math.Min(InnerBlock, W.K - k);
            var x = new TileOperand(X.Pointer + (firstRow * X.Row) + k, X.Row, 1);
            float* b = W.Panel(panel) + ((nint)(W.ElementType == ElementType.F32 ? k : k / 2) * width);
            float* y = Y + (firstRow * YRow) + ((nint)panel * PanelGeometry.FullWidth);
            RunColumns(W.ElementType, x, rows, b, width, steps, y, YRow, Accumulate || k > 0, valid);
        }
    }

    // One panel in as many strips as the processor's tiles need.
    static void RunColumns(
        ElementType type, in TileOperand a, int rows, float* b, int width, int steps, float* c, nint cRow, bool add, int valid)
    {
        for (int column = 0; column < valid;)
        {
            var family = TileFamily.For(type, valid - column);
            family.Run(a, rows, b + column, width, steps, c + column, cRow, add, valid - column);
            column += family.Columns;
        }
    }
}
