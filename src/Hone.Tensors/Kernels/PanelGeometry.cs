namespace Hone.Tensors.Kernels;

/// <summary>
/// How columns are cut into panels of 32; the last one is 16 wide where that is enough. Columns beyond the matrix are padding.
/// </summary>
readonly struct PanelGeometry(int columns)
{
    public const int FullWidth = 32;
    const int HalfWidth = 16;

    public int Columns { get; } = columns;

    public int Panels { get; } = (columns + FullWidth - 1) / FullWidth;

    /// <summary>Columns of all panels, padding included.</summary>
    public int PaddedColumns => Panels == 0 ? 0 : ((Panels - 1) * FullWidth) + Width(Panels - 1);

    /// <summary>Columns in a panel, padding included.</summary>
    public int Width(int panel) => Columns - (panel * FullWidth) <= HalfWidth ? HalfWidth : FullWidth;

    /// <summary>Columns in a panel that the matrix has.</summary>
    public int ValidColumns(int panel) => Math.Min(FullWidth, Columns - (panel * FullWidth));
}
