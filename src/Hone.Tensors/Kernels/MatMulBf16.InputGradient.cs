namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMulBf16
{
    // A panel is transposed once for each block of rows, at the price of about five of them.
    const double RowsPerTranspose = 5;

    // Outputs that a transposed panel holds at once.
    const int TransposedOutputs = 1024;

    // Panels of inputs that are transposed together, and then meet each tile of rows in turn.
    const int TransposedPanels = 2;

    const int LeastGradientRows = 128, MostGradientRows = 384;

    /// <summary>dx [rows, K] = ⌊dy⌉ [rows, N] · W or dx += ⌊dy⌉ · W; rows of dy and dx are <paramref name="dyRow"/> and <paramref name="dxRow"/> floats apart.</summary>
    public static void InputGradient(
        float* dy, int dyRow, int rows, PackedMatrix w, float* dx, int dxRow, bool accumulate, Workers workers) =>
        InputGradient(Path, dy, dyRow, rows, w, dx, dxRow, accumulate, workers);

    internal static void InputGradient(
        Bf16Path path, float* dy, int dyRow, int rows, PackedMatrix w, float* dx, int dxRow, bool accumulate, Workers workers)
    {
        RequireBf16(w);
        int most = RowsAtOnce(rows, w.N, path, MostGradientRows);
        for (int first = 0; first < rows; first += most)
        {
            InputGradientRows(
                path, dy + ((nint)first * dyRow), dyRow, Math.Min(most, rows - first), w, dx + ((nint)first * dxRow), dxRow, accumulate, workers);
        }
    }

    /// <summary>
    /// The part of an input gradient that one task computes: outputs [start, end) of W, whose gradients are the columns of dy, into the
    /// inputs of panels [firstPanel, endPanel), 32 to a panel. start is a multiple of 32, and so is end unless it is N.
    /// <paramref name="dx"/> is where input 0 would be.
    /// </summary>
    public static void InputGradientOutputs(
        in RoundedRows dy, int rows, PackedMatrix w, int start, int end, int firstPanel, int endPanel, float* dx, nint dxRow, bool accumulate)
    {
        RequireBf16(w);
        Require.Equal(dy.Columns, end - start);
        for (int n = start; n < end; n += TransposedOutputs)
        {
            int next = Math.Min(n + TransposedOutputs, end);
            for (int panel = firstPanel; panel < endPanel; panel += TransposedPanels)
            {
                int count = Math.Min(TransposedPanels, endPanel - panel);
                RunInputs(dy.From(0, n - start), rows, w, (n, next), panel, count, dx, dxRow, accumulate || n > start);
            }
        }
    }

    static void InputGradientRows(
        Bf16Path path, float* dy, int dyRow, int rows, PackedMatrix w, float* dx, int dxRow, bool accumulate, Workers workers)
    {
        var rounded = Round(dy, dyRow, rows, w.N, path, workers);
        if (path == Bf16Path.Managed)
        {
            MatMul.InputGradient((float*)rounded.Pointer, (int)(rounded.RowStep / sizeof(float)), rows, w, dx, dxRow, accumulate, workers);
            return;
        }

        double rowFlops = (double)w.N * PanelGeometry.FullWidth * TransposedPanels;
        int panels = new PanelGeometry(w.K).Panels;
        var region = new InputGradientRegion
        {
            Dy = rounded,
            W = w,
            Dx = dx,
            DxRow = dxRow,
            Accumulate = accumulate,
            Grid = new(rows, (LeastGradientRows, MostGradientRows), (panels + TransposedPanels - 1) / TransposedPanels, rowFlops, rowFlops * RowsPerTranspose),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    static void RunInputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, int panel, int count, float* dx, nint dxRow, bool add)
    {
        const int panelBytes = (TransposedOutputs + PanelGeometry.FullWidth) * PanelGeometry.FullWidth * sizeof(ushort);
        var inputs = new PanelGeometry(w.K);
        if (dy.Path == Bf16Path.Managed)
        {
            for (int i = panel; i < panel + count; i++)
            {
                RunManagedInputs(dy, rows, w, outputs, i, dx, dxRow, add);
            }

            return;
        }

        byte* words = (byte*)Bf16Scratch.Panel(TransposedPanels * panelBytes);
        for (int i = 0; i < count; i++)
        {
            PairTranspose.Run(
                w, outputs.Start, outputs.End, (panel + i) * PanelGeometry.FullWidth, inputs.Width(panel + i), words + (i * panelBytes));
        }

        RunTiles(dy, rows, new(words, panelBytes, (outputs.End - outputs.Start + 1) / 2, inputs, panel, count), dx, dxRow, add);
    }

    static void RunManagedInputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, int panel, float* dx, nint dxRow, bool add)
    {
        var inputs = new PanelGeometry(w.K);
        int k = panel * PanelGeometry.FullWidth, width = inputs.Width(panel), valid = inputs.ValidColumns(panel);
        float* transposed =
            (float*)Bf16Scratch.Panel((long)(TransposedOutputs + PanelTranspose.ExtraRows) * PanelGeometry.FullWidth * sizeof(float));
        PanelTranspose.Unpack(w, outputs.Start, outputs.End, k, valid, transposed, width);
        var a = new TileOperand((float*)dy.Pointer, dy.RowStep / sizeof(float), 1);
        for (int column = 0; column < valid;)
        {
            var family = TileFamily.For(ElementType.F32, valid - column);
            family.Run(
                a, rows, transposed + column, width, outputs.End - outputs.Start, dx + k + column, dxRow, add, valid - column);
            column += family.Columns;
        }
    }

    struct InputGradientRegion : IRegion
    {
        public RoundedRows Dy;
        public PackedMatrix W;
        public float* Dx;
        public nint DxRow;
        public bool Accumulate;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var bundles = Grid.Panels(task);
            InputGradientOutputs(
                Dy.From(rows.Start, 0), rows.End - rows.Start, W, 0, W.N, bundles.Start * TransposedPanels,
                Math.Min(bundles.End * TransposedPanels, new PanelGeometry(W.K).Panels), Dx + (rows.Start * DxRow), DxRow, Accumulate);
        }
    }
}
