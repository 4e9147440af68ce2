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
    /// dx [rows, K] = or += dy · W[start to end, :], on the calling thread: a part of a task of the caller's region. dy's columns are the
    /// outputs from <paramref name="start"/>, a multiple of 32, to <paramref name="end"/>, which is one or is N. Ranges in ascending order that
    /// accumulate give the bits of the whole product.
    /// </summary>
    public static void InputGradientRange(
        in RoundedRows dy, int rows, PackedMatrix w, int start, int end, float* dx, nint dxRow, bool accumulate)
    {
        RequireBf16(w);
        Require.Equal(dy.Columns, end - start);
        if (dy.Path == Bf16Path.Managed)
        {
            MatMul.InputGradientRange((float*)dy.Pointer, dy.RowStep / sizeof(float), rows, w, start, end, dx, dxRow, accumulate);
            return;
        }

        RunOutputs(dy, rows, w, (start, end), (0, new PanelGeometry(w.K).Panels), Sums.InPlace(dx, dxRow, accumulate));
    }

    static void RunOutputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, (int Start, int End) panels, in Sums dx)
    {
        for (int n = outputs.Start; n < outputs.End; n += TransposedOutputs)
        {
            int next = Math.Min(n + TransposedOutputs, outputs.End);
            for (int panel = panels.Start; panel < panels.End; panel += TransposedPanels)
            {
                int count = Math.Min(TransposedPanels, panels.End - panel);
                RunInputs(dy.From(0, n - outputs.Start), rows, w, (n, next), panel, count, n > outputs.Start ? dx.Continued() : dx);
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
            Dx = Sums.InPlace(dx, dxRow, accumulate),
            Grid = new(
                rows, (LeastGradientRows, MostGradientRows), (panels + TransposedPanels - 1) / TransposedPanels, rowFlops, rowFlops * RowsPerTranspose),
        };
        workers.Run(region.Grid.Tasks, ref region);
    }

    static void RunInputs(
        in RoundedRows dy, int rows, PackedMatrix w, (int Start, int End) outputs, int panel, int count, in Sums dx)
    {
        const int panelBytes = (TransposedOutputs + PanelGeometry.FullWidth) * PanelGeometry.FullWidth * sizeof(ushort);
        var inputs = new PanelGeometry(w.K);
        byte* words = (byte*)ThreadScratch.Panel(TransposedPanels * panelBytes);
        for (int i = 0; i < count; i++)
        {
            PairTranspose.Run(
                w, outputs.Start, outputs.End, (panel + i) * PanelGeometry.FullWidth, inputs.Width(panel + i), words + (i * panelBytes));
        }

        RunTiles(dy, rows, new(words, panelBytes, (outputs.End - outputs.Start + 1) / 2, inputs, panel, count), dx);
    }

    struct InputGradientRegion : IRegion
    {
        public RoundedRows Dy;
        public PackedMatrix W;
        public Sums Dx;
        public TaskGrid Grid;

        public readonly void Run(int task)
        {
            var rows = Grid.Rows(task);
            var bundles = Grid.Panels(task);
            int first = bundles.Start * TransposedPanels, end = Math.Min(bundles.End * TransposedPanels, new PanelGeometry(W.K).Panels);
            RunOutputs(Dy.From(rows.Start, 0), rows.End - rows.Start, W, (0, W.N), (first, end), Dx.From(rows.Start, 0));
        }
    }
}
