namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMulBf16
{
    // A panel is transposed once for each block of rows, at the price of about five of them.
    const double RowsPerTranspose = 5;

    // Outputs that a transposed panel holds at once.
    const int TransposedOutputs = 1024;

    // Rows of a task: they and a transposed panel fit the second cache.
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
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                RunInputs(dy.From(0, n - start), rows, w, (n, next), panel, dx, dxRow, accumulate || n > start);
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

        double rowFlops = (double)w.N * PanelGeometry.FullWidth;
        var region = new InputGradientRegion
        {
            Dy = rounded,
            W = w,
            Dx = dx,
            DxRow = dxRow,
            Accumulate = accumulate,
            Grid = new(rows, (LeastGradientRows, MostGradientRows), new PanelGeometry(w.K).Panels, rowFlops, rowFlops * RowsPerTranspose),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    static void RunInputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, int panel, float* dx, nint dxRow, bool add)
    {
        var inputs = new PanelGeometry(w.K);
        int k = panel * PanelGeometry.FullWidth, width = inputs.Width(panel), valid = inputs.ValidColumns(panel);
        if (dy.Path == Bf16Path.Managed)
        {
            RunManagedInputs(dy, rows, w, outputs, k, width, valid, dx + k, dxRow, add);
            return;
        }

        void* words = Bf16Scratch.Panel((TransposedOutputs + PanelGeometry.FullWidth) * PanelGeometry.FullWidth * sizeof(ushort));
        PairTranspose.Run(w, outputs.Start, outputs.End, k, width, words);
        RunTiles(dy, rows, 1, new(words, (outputs.End - outputs.Start + 1) / 2, width, valid), dx + k, dxRow, add);
    }

    static void RunManagedInputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, int k, int width, int valid, float* dx, nint dxRow, bool add)
    {
        float* transposed =
            (float*)Bf16Scratch.Panel((long)(TransposedOutputs + PanelTranspose.ExtraRows) * PanelGeometry.FullWidth * sizeof(float));
        PanelTranspose.Unpack(w, outputs.Start, outputs.End, k, valid, transposed, width);
        var a = new TileOperand((float*)dy.Pointer, dy.RowStep / sizeof(float), 1);
        for (int column = 0; column < valid;)
        {
            var family = TileFamily.For(ElementType.F32, valid - column);
            family.Run(a, rows, transposed + column, width, outputs.End - outputs.Start, dx + column, dxRow, add, valid - column);
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
            var panels = Grid.Panels(task);
            InputGradientOutputs(
                Dy.From(rows.Start, 0), rows.End - rows.Start, W, 0, W.N, panels.Start, panels.End, Dx + (rows.Start * DxRow), DxRow, Accumulate);
        }
    }
}
