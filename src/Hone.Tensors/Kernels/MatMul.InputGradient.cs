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

        if (Turns(w.K, w.N))
        {
            TurnedInputGradient(dy, dyRow, rows, w, dx, dxRow, accumulate, workers);
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
        if (Turns(w.K, nEnd - nStart))
        {
            TurnedInputGradientRange(dy, dyRow, rows, w, nStart, nEnd, dx, dxRow, accumulate);
            return;
        }

        var inputs = new PanelGeometry(w.K);
        new InputGradientBlock
        {
            Dy = dy - nStart,
            DyRow = dyRow,
            W = w,
            Inputs = inputs,
            Dx = dx,
            DxRow = dxRow,
            Accumulate = accumulate,
            First = nStart,
            End = nEnd,
        }.Run(0, inputs.Panels, 0, rows);
    }

    // Thin products have too little to multiply for each word of dy and dx; a small W is transposed within the second cache.
    static bool Turns(int inputs, int outputs) => inputs >= 96 && outputs >= 96 && (long)inputs * outputs > 1 << 17;

    static void TurnedInputGradient(
        float* dy, nint dyRow, int rows, PackedMatrix w, float* dx, nint dxRow, bool accumulate, Workers workers)
    {
        for (int row = 0; row < rows; row += TurnedGradient.MostRows)
        {
            for (int n = 0; n < w.N; n += TurnedGradient.MostOutputs)
            {
                var pass = TurnedPass(
                    dy + (row * dyRow), dyRow, Math.Min(TurnedGradient.MostRows, rows - row), w,
                    n, Math.Min(n + TurnedGradient.MostOutputs, w.N), dx + (row * dxRow), dxRow, accumulate || n > 0);
                var turn = new TurnRegion { Pass = pass };
                workers.Run(pass.Pieces, ref turn);
                var region = TurnedGradientRegion.For(pass);
                workers.Run(region.Grid.Tasks, ref region);
            }
        }
    }

    static void TurnedInputGradientRange(
        float* dy, nint dyRow, int rows, PackedMatrix w, int nStart, int nEnd, float* dx, nint dxRow, bool accumulate)
    {
        const int RowsAtOnce = 256, OutputsAtOnce = 1024, InputsAtOnce = 48;
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            for (int n = nStart; n < nEnd; n += OutputsAtOnce)
            {
                var pass = TurnedPass(
                    dy + (row * dyRow) - nStart, dyRow, Math.Min(RowsAtOnce, rows - row), w,
                    n, Math.Min(n + OutputsAtOnce, nEnd), dx + (row * dxRow), dxRow, accumulate || n > nStart);
                for (int piece = 0; piece < pass.Pieces; piece++)
                {
                    pass.Turn(piece);
                }

                for (int k = 0; k < w.K; k += InputsAtOnce)
                {
                    pass.Multiply(0, pass.Panels.Panels, k, Math.Min(k + InputsAtOnce, w.K));
                }
            }
        }
    }

    static TurnedGradient TurnedPass(
        float* dy, nint dyRow, int rows, PackedMatrix w, int first, int end, float* dx, nint dxRow, bool accumulate) => new()
        {
            Dy = dy,
            DyRow = dyRow,
            Rows = rows,
            W = w,
            First = first,
            End = end,
            Dx = dx,
            DxRow = dxRow,
            Accumulate = accumulate,
            Turned = ThreadScratch.SharedFloats(TurnedGradient.TurnedFloats(rows, end - first)),
        };

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
            if (End - First <= ThinSteps)
            {
                RunRows(panel, endPanel, firstRow, rows);
                return;
            }

            for (; panel < endPanel; panel++)
            {
                for (int n = First; n < End; n += InnerBlock)
                {
                    RunPanel(panel, firstRow, rows, n);
                }
            }
        }

        // All panels are transposed first, so that rows of dx are finished one tile after another.
        readonly void RunRows(int firstPanel, int endPanel, int firstRow, int rows)
        {
            const int PanelFloats = (ThinSteps + PanelTranspose.ExtraRows) * PanelGeometry.FullWidth;
            float* transposed = ThreadScratch.ProductFloats((long)(endPanel - firstPanel) * PanelFloats);
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                PanelTranspose.Unpack(
                    W, First, End, panel * PanelGeometry.FullWidth, Inputs.ValidColumns(panel),
                    transposed + ((nint)(panel - firstPanel) * PanelFloats), Inputs.Width(panel));
            }

            for (int row = firstRow; row < firstRow + rows; row += ThinRows)
            {
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    int width = Inputs.Width(panel);
                    float* dx = Dx + (row * DxRow) + ((nint)panel * PanelGeometry.FullWidth);
                    RunColumns(
                        ElementType.F32, new(Dy + (row * DyRow) + First, DyRow, 1), Math.Min(ThinRows, firstRow + rows - row),
                        transposed + ((nint)(panel - firstPanel) * PanelFloats), width, End - First,
                        dx, DxRow, Accumulate ? dx : null, DxRow, Inputs.ValidColumns(panel));
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
