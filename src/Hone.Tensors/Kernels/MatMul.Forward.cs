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
        float* x, int xRow, int rows, PackedMatrix w, float* y, int yRow, bool accumulate, Workers workers) =>
        Forward(x, xRow, rows, w, y, yRow, accumulate ? y : null, yRow, workers);

    /// <summary>
    /// y = start + x · Wᵀ, each chain starting from <paramref name="start"/> [rows, N], whose rows are <paramref name="startRow"/> floats
    /// apart: the bits of copying start to y and accumulating. start may be y itself, or null for zero, and must not overlap y otherwise.
    /// </summary>
    public static void Forward(
        float* x, nint xRow, int rows, PackedMatrix w, float* y, nint yRow, float* start, nint startRow, Workers workers)
    {
        if (rows == 0)
        {
            return;
        }

        double panelFlops = 2.0 * w.K * PanelGeometry.FullWidth, panelWords = (double)w.PanelRows * PanelGeometry.FullWidth;
        int bundles = (w.Outputs.Panels + StripFamily.Panels - 1) / StripFamily.Panels;
        bool strips = rows <= StripFamily.MaxRows;
        var region = new ForwardRegion
        {
            Block = new() { X = x, XRow = xRow, W = w, Y = y, YRow = yRow, Start = start, StartRow = startRow },
            PanelsEach = strips ? StripFamily.Panels : 1,
            Grid = strips
                ? new(rows, (2, 2), bundles, StripFamily.Panels * panelFlops, StripFamily.Panels * panelWords * FlopsPerWord)
                : new(rows, (48, 192), w.Outputs.Panels, panelFlops, panelWords * FlopsPerWord),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    /// <summary>
    /// The columns of y = x · Wᵀ that lie in the panels [<paramref name="panelStart"/>, <paramref name="panelEnd"/>) of W (32 outputs each, the
    /// last one what is left), on the calling thread: a part of a task of the caller's region. Column 0 of y is the first output of
    /// panel panelStart. The bits are those of the whole product.
    /// </summary>
    public static void ForwardPanels(
        float* x, nint xRow, int rows, PackedMatrix w, int panelStart, int panelEnd, float* y, nint yRow) =>
        new ForwardBlock { X = x, XRow = xRow, W = w, Y = y - ((nint)panelStart * PanelGeometry.FullWidth), YRow = yRow }
            .Run(panelStart, panelEnd, 0, rows);

    struct ForwardRegion : IRegion
    {
        public ForwardBlock Block;
        public int PanelsEach;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var (panel, end) = Grid.Panels(task);
            Block.Run(panel * PanelsEach, Math.Min(end * PanelsEach, Block.W.Outputs.Panels), rows.Start, rows.End - rows.Start);
        }
    }

    /// <summary>What every part of a forward product shares.</summary>
    struct ForwardBlock
    {
        public float* X, Y, Start;
        public nint XRow, YRow, StartRow;
        public PackedMatrix W;

        public readonly void Run(int panel, int end, int firstRow, int rows)
        {
            if (rows <= StripFamily.MaxRows)
            {
                panel = RunStrips(firstRow, rows, panel, end);
            }

            if (W.K <= ThinSteps)
            {
                RunRows(firstRow, rows, panel, end);
                return;
            }

            for (; panel < end; panel++)
            {
                for (int k = 0; k < W.K; k += InnerBlock)
                {
                    RunPanel(panel, firstRow, rows, k);
                }
            }
        }

        // A thin product is mostly its result: rows are finished one tile after another, in the order in which they lie in memory.
        readonly void RunRows(int firstRow, int rows, int firstPanel, int end)
        {
            for (int row = 0; row < rows; row += ThinRows)
            {
                for (int panel = firstPanel; panel < end; panel++)
                {
                    RunPanel(panel, firstRow + row, Math.Min(ThinRows, rows - row), 0);
                }
            }
        }

        // As far as there are enough panels of full width; returns the next one.
        readonly int RunStrips(int firstRow, int rows, int panel, int end)
        {
            const int Columns = StripFamily.Panels * PanelGeometry.FullWidth;
            var x = new TileOperand(X + (firstRow * XRow), XRow, 1);
            float* y = Y + (firstRow * YRow), start = Start == null ? null : Start + (firstRow * StartRow);
            for (; panel + StripFamily.Panels <= end && W.N - (panel * PanelGeometry.FullWidth) >= Columns; panel += StripFamily.Panels)
            {
                nint column = (nint)panel * PanelGeometry.FullWidth;
                StripFamily.For(W.ElementType).Run(
                    x, rows, W.Panel(panel), (nint)W.PanelRows * PanelGeometry.FullWidth, W.K,
                    y + column, YRow, start == null ? null : start + column, StartRow);
            }

            return panel;
        }

        readonly void RunPanel(int panel, int firstRow, int rows, int k)
        {
            int width = W.Outputs.Width(panel), steps = Math.Min(InnerBlock, W.K - k);
            nint column = (nint)panel * PanelGeometry.FullWidth;
            var x = new TileOperand(X + (firstRow * XRow) + k, XRow, 1);
            float* b = W.Panel(panel) + ((nint)(W.ElementType == ElementType.F32 ? k : k / 2) * width);
            float* y = Y + (firstRow * YRow) + column;
            float* start = k > 0 ? y : Start == null ? null : Start + (firstRow * StartRow) + column;
            RunColumns(
                W.ElementType, x, rows, b, width, steps, y, YRow, start, k > 0 ? YRow : StartRow, W.Outputs.ValidColumns(panel));
        }
    }

    // One panel in as many strips as the processor's tiles need.
    static void RunColumns(
        ElementType type, in TileOperand a, int rows, float* b, int width, int steps,
        float* c, nint cRow, float* start, nint startRow, int valid)
    {
        for (int column = 0; column < valid;)
        {
            var family = TileFamily.For(type, valid - column);
            family.Run(
                a, rows, b + column, width, steps, c + column, cRow, start == null ? null : start + column, startRow, valid - column);
            column += family.Columns;
        }
    }
}
