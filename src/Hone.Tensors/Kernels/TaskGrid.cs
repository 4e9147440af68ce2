namespace Hone.Tensors.Kernels;

/// <summary>A product cut into tasks: blocks of rows × groups of panels. It follows from the shapes alone.</summary>
readonly struct TaskGrid
{
    // Long enough that dealing a task out does not show, short enough that the last one does not keep others waiting.
    const double FlopsPerTask = 300_000;
    const int MaxTasks = 96;

    // Few panels are helped out with blocks of rows up to this number of tasks.
    const int EnoughTasks = 16;

    readonly int _rows, _rowBlocks, _panels, _panelGroups;

    /// <param name="rows">Rows of the result.</param>
    /// <param name="rowsPerBlock">The least that pays for a panel, and the most that keeps within the cache while a group's panels pass.</param>
    /// <param name="panels">Panels, or bundles of panels, of the result.</param>
    /// <param name="flopsPerRow">What one row costs in one panel.</param>
    /// <param name="flopsPerPanel">What a panel costs however few rows there are, as streaming it from memory does.</param>
    public TaskGrid(int rows, (int Least, int Most) rowsPerBlock, int panels, double flopsPerRow, double flopsPerPanel)
    {
        double flops = panels * Math.Max(rows * flopsPerRow, flopsPerPanel);
        int tasks = (int)Math.Clamp(flops / FlopsPerTask, 1, MaxTasks);
        int blocksForPanels = Ceiling(Math.Min(tasks, EnoughTasks), panels);
        _rows = rows;
        _panels = panels;
        _rowBlocks = Math.Max(Ceiling(rows, rowsPerBlock.Most), Math.Min(blocksForPanels, Ceiling(rows, rowsPerBlock.Least)));
        _panelGroups = Math.Clamp(Ceiling(tasks, _rowBlocks), 1, panels);
    }

    public int Tasks => _rowBlocks * _panelGroups;

    public (int Start, int End) Rows(int task) => Share(task / _panelGroups, _rowBlocks, _rows);

    public (int Start, int End) Panels(int task) => Share(task % _panelGroups, _panelGroups, _panels);

    static (int Start, int End) Share(int part, int parts, int whole) =>
        ((int)((long)part * whole / parts), (int)((long)(part + 1) * whole / parts));

    static int Ceiling(int a, int b) => (a + b - 1) / b;
}
