using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The columns across a weight gradient in panels of 32: where they are, or laid out [rows, 32] for all tasks by a region of its own.
/// </summary>
unsafe struct PackedSlices : IRegion
{
    const int PieceRows = 256, Width = PanelGeometry.FullWidth;

    public float* Source;
    public nint SourceRow;
    public int FirstRow, Rows;
    public PanelGeometry Columns;

    float* _shared;
    int _firstPanel, _endPanel;

    public readonly bool IsShared => _shared != null;

    /// <summary>Tasks of the region that fills the shared panels.</summary>
    public readonly int Pieces => (_endPanel - _firstPanel + PiecePanels - 1) / PiecePanels * ((Rows + PieceRows - 1) / PieceRows);

    static int PiecePanels => 4;

    /// <summary>Floats of a panel: one line more than it holds, or the panels would crowd each other out of the first cache.</summary>
    public static int PanelFloats(int rows) => (rows * Width) + Slack;

    /// <summary>Makes room for panels [first, end) of all rows.</summary>
    public void Share(int first, int end)
    {
        _firstPanel = first;
        _endPanel = end;
        _shared = ThreadScratch.SharedFloats((long)(end - first) * PanelFloats(Rows));
    }

    public readonly void Run(int task)
    {
        int groups = (_endPanel - _firstPanel + PiecePanels - 1) / PiecePanels;
        int panel = _firstPanel + (task % groups * PiecePanels), end = Math.Min(panel + PiecePanels, _endPanel);
        int row = FirstRow + (task / groups * PieceRows), rows = Math.Min(PieceRows, FirstRow + Rows - row);
        Copy(panel, end - panel, row, rows, SharedPanel(panel, row), PanelFloats(Rows));
    }

    /// <summary>The shared copy of a panel, from <paramref name="row"/> on.</summary>
    public readonly float* SharedPanel(int panel, int row) =>
        _shared + ((long)(panel - _firstPanel) * PanelFloats(Rows)) + ((long)(row - FirstRow) * Width);

    /// <summary>A panel of some rows, up to 256: the shared copy, or a full one where it is, or the last one in <paramref name="aside"/>.</summary>
    /// <param name="panel">Number of the panel.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">Rows that are read.</param>
    /// <param name="isNew">False if <paramref name="aside"/> has these rows of this panel.</param>
    /// <param name="aside">Room for one panel.</param>
    public readonly SlicePanel Panel(int panel, int row, int rows, bool isNew, float* aside)
    {
        if (IsShared)
        {
            return new(SharedPanel(panel, row), Width);
        }

        if (Columns.ValidColumns(panel) == Width)
        {
            return new(Source + (row * SourceRow) + (panel * Width), SourceRow);
        }

        if (isNew)
        {
            Copy(panel, 1, row, rows, aside, 0);
        }

        return new(aside, Width);
    }

    readonly void Copy(int panel, int panels, int row, int rows, float* target, int stride)
    {
        int column = panel * Width;
        Copy(Source + (row * SourceRow) + column, SourceRow, rows, Math.Min(panels * Width, Columns.Columns - column), Width, target, stride);
    }

    /// <summary>Floats that <see cref="Copy(float*, nint, int, int, int, float*, nint)"/> may write beyond a strip.</summary>
    public const int Slack = 16;

    /// <summary>Rows [rows, count] into strips of <paramref name="width"/> columns, each strip [rows, width] contiguous.</summary>
    /// <param name="source">The first column of the first row.</param>
    /// <param name="sourceRow">Floats from one row to the next.</param>
    /// <param name="rows">Rows to copy.</param>
    /// <param name="count">Columns to copy; what the last strip has beyond them is zero.</param>
    /// <param name="width">Columns of a strip: 32, or 16 at the most.</param>
    /// <param name="target">The first strip.</param>
    /// <param name="stripStride">Floats from one strip to the next.</param>
    public static void Copy(float* source, nint sourceRow, int rows, int count, int width, float* target, nint stripStride)
    {
        // A vector may reach into the next strip, but not beyond the matrix.
        int whole = width == PanelGeometry.FullWidth ? count / width : Math.Max(0, count - Slack + width) / width;
        for (int r = 0; r < rows; r++, source += sourceRow, target += width)
        {
            float* from = source, to = target;
            for (int strip = 0; strip < whole; strip++, from += width, to += stripStride)
            {
                Vector512.Load(from).Store(to);
                if (width > Slack)
                {
                    Vector512.Load(from + Slack).Store(to + Slack);
                }
            }

            for (int left = count - (whole * width); left > 0; left -= width, from += width, to += stripStride)
            {
                CopyEnd(from, Math.Min(left, width), width, to);
            }
        }
    }

    static void CopyEnd(float* source, int count, int width, float* target)
    {
        int i = 0;
        for (; i <= count - 4; i += 4)
        {
            Vector128.Load(source + i).Store(target + i);
        }

        for (; i < width; i++)
        {
            target[i] = i < count ? source[i] : 0;
        }
    }
}

/// <summary>A panel whose rows lie <see cref="Row"/> floats apart.</summary>
readonly unsafe struct SlicePanel(float* first, nint row)
{
    public readonly float* First = first;
    public readonly nint Row = row;
}
