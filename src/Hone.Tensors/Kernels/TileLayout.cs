namespace Hone.Tensors.Kernels;

/// <summary>
/// A matrix [N, K] in tiles of the kernels' own height and width, each contiguous: N down and K across, or flipped, K down and N across,
/// where that leaves fewer lanes empty.
/// </summary>
sealed class TileLayout
{
    // Half a panel: across, it would leave a tile waiting for its loads.
    const int Thin = 16;

    public TileLayout(int n, int k)
    {
        Flipped = k <= Thin && n > Thin || (n > Thin || k <= Thin) && Padded(n, k) > Padded(k, n);
        Down = Flipped ? k : n;
        Across = new(Flipped ? n : k);
        int tiles = Ceiling(Down, TileFamily.For(ElementType.F32, Across.Columns).MaxHeight);
        TileHeight = Ceiling(Down, tiles);
    }

    public bool Flipped { get; }

    public int Down { get; }

    public PanelGeometry Across { get; }

    public int TileHeight { get; }

    public int TileRows => Ceiling(Down, TileHeight);

    public long Floats => (long)Down * Across.PaddedColumns;

    public int Height(int tileRow) => Math.Min(TileHeight, Down - (tileRow * TileHeight));

    public long TileOffset(int tileRow, int panel) =>
        ((long)tileRow * TileHeight * Across.PaddedColumns) + ((long)Height(tileRow) * panel * PanelGeometry.FullWidth);

    public long Offset(int n, int k)
    {
        int down = Flipped ? k : n, across = Flipped ? n : k, panel = across / PanelGeometry.FullWidth;
        return TileOffset(down / TileHeight, panel) + (down % TileHeight * Across.Width(panel)) + (across % PanelGeometry.FullWidth);
    }

    static int Ceiling(int a, int b) => (a + b - 1) / b;

    static long Padded(int down, int across) => (long)down * new PanelGeometry(across).PaddedColumns;
}
