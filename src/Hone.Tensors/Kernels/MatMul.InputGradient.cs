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
            Block = new() { Dy = dy, DyRow = dyRow, W = w, Inputs = inputs, Dx = dx, DxRow = dxRow, Accumulate = accumulate, End = w.N },
            Grid = new(rows, (128, 384), inputs.Panels, rowFlops, rowFlops * RowsPerTranspose),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    /// <summary>
    /// The share that the outputs [<paramref name="nStart"/>, <paramref name="nEnd"/>) have in dx [rows, K] = dy · W, on the calling thread: a
    /// part of a task of the caller's region. Column 0 of dy is output nStart. Both ends are multiples of 32, nEnd may be N. With
    /// <paramref name="accumulate"/> the chains go on from dx: range after range, ascending and without gaps, gives the bits of the whole product.
    /// </summary>
    public static void InputGradientRange(
        float* dy, nint dyRow, int rows, PackedMatrix w, int nStart, int nEnd, float* dx, nint dxRow, bool accumulate)
    {
        var inputs = new PanelGeometry(w.K);
        new InputGradientBlock
        {
            Dy = dy - nStart, DyRow = dyRow, W = w, Inputs = inputs, Dx = dx, DxRow = dxRow, Accumulate = accumulate,
            First = nStart, End = nEnd,
        }.Run(0, inputs.Panels, 0, rows);
    }

    struct InputGradientRegion : IRegion
    {
        public InputGradientBlock Block;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var panels = Grid.Panels(task);
            Block.Run(panels.Start, panels.End, rows.Start, rows.End - rows.Start);
        }
    }

    /// <summary>What every part of an input gradient over the outputs [First, End) shares.</summary>
    struct InputGradientBlock
    {
        public float* Dy, Dx;
        public nint DyRow, DxRow;
        public PackedMatrix W;
        public PanelGeometry Inputs;
        public bool Accumulate;
        public int First, End;

        public readonly void Run(int panel, int endPanel, int firstRow, int rows)
        {
            for (; panel < endPanel; panel++)
            {
                for (int n = First; n < End; n += InnerBlock)
                {
                    RunPanel(panel, firstRow, rows, n);
                }
            }
        }

        readonly void RunPanel(int panel, int firstRow, int rows, int n)
        {
            int width = Inputs.Width(panel), valid = Inputs.ValidColumns(panel), k = panel * PanelGeometry.FullWidth;
            int steps = Math.Min(InnerBlock, End - n);
            float* transposed = ThreadScratch.ProductFloats((InnerBlock + PanelTranspose.ExtraRows) * PanelGeometry.FullWidth);
            PanelTranspose.Unpack(W, n, n + steps, k, valid, transposed, width);
            var dy = new TileOperand(Dy + (firstRow * DyRow) + n, DyRow, 1);
            float* dx = Dx + (firstRow * DxRow) + k;
            RunColumns(
                ElementType.F32, dy, rows, transposed, width, steps, dx, DxRow, Accumulate || n > First ? dx : null, DxRow, valid);
        }
    }
}
