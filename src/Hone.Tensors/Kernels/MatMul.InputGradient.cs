namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    // A panel is transposed once for each block of rows, at the price of about ten of them.
    const double RowsPerTranspose = 10;

    /// <summary>dx [rows, K] = dy [rows, N] · W; with <paramref name="accumulate"/>, dx += dy · W, each chain starting from dx.</summary>
    public static void InputGradient(float* dy, int rows, PackedMatrix w, float* dx, bool accumulate, Workers workers) =>
        InputGradient(dy, w.N, rows, w, dx, w.K, accumulate, workers);

    /// <summary>The same with rows of dy and dx that are <paramref name="dyRow"/> and <paramref name="dxRow"/> floats apart.</summary>
    public static void InputGradient(
        float* dy, int dyRow, int rows, PackedMatrix w, float* dx, int dxRow, bool accumulate, Workers workers)
    {
        if (rows == 0)
        {
            return;
        }

        var inputs = new PanelGeometry(w.K);
        double rowFlops = 2.0 * w.N * PanelGeometry.FullWidth;
        var region = new InputGradientRegion
        {
            Dy = new(dy, dyRow, 1),
            W = w,
            Inputs = inputs,
            Dx = dx,
            DxRow = dxRow,
            Accumulate = accumulate,
            Grid = new(rows, (128, 384), inputs.Panels, rowFlops, rowFlops * RowsPerTranspose),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    struct InputGradientRegion : IRegion
    {
        public TileOperand Dy;
        public PackedMatrix W;
        public PanelGeometry Inputs;
        public float* Dx;
        public nint DxRow;
        public bool Accumulate;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var panels = Grid.Panels(task);
            for (int panel = panels.Start; panel < panels.End; panel++)
            {
                for (int n = 0; n < W.N; n += InnerBlock)
                {
                    RunPanel(panel, rows.Start, rows.End - rows.Start, n);
                }
            }
        }

        readonly void RunPanel(int panel, int firstRow, int rows, int n)
        {
            int width = Inputs.Width(panel), valid = Inputs.ValidColumns(panel), k = panel * PanelGeometry.FullWidth;
            int steps = Math.Min(InnerBlock, W.N - n);
            float* transposed = ThreadScratch.Floats((InnerBlock + PanelTranspose.ExtraRows) * PanelGeometry.FullWidth);
            PanelTranspose.Unpack(W, n, n + steps, k, valid, transposed, width);
            var dy = new TileOperand(Dy.Pointer + (firstRow * Dy.Row) + n, Dy.Row, 1);
            float* dx = Dx + (firstRow * DxRow) + k;
            RunColumns(ElementType.F32, dy, rows, transposed, width, steps, dx, DxRow, Accumulate || n > 0, valid);
        }
    }
}
