using System.Numerics;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    // Rows of dy and x that are multiplied at one time: the slices of a task and its block of the gradient lie within the second cache.
    const int GradientRows = 256;

    /// <summary>
    /// dW [N, K] = Σ dy[m, n] · x[m, k] over the rows m of each group, one leaf of <paramref name="tree"/> for each group.
    /// dy: [rows, N], x: [rows, K]. Group g has the rows groupStarts[g] up to groupStarts[g + 1].
    /// </summary>
    public static void WeightGradient(float* dy, float* x, ReadOnlySpan<int> groupStarts, GradientTree tree, Workers workers) =>
        WeightGradient(dy, tree.N, x, tree.K, groupStarts, tree, workers);

    /// <summary>The same with rows of dy and x that are <paramref name="dyRow"/> and <paramref name="xRow"/> floats apart.</summary>
    public static void WeightGradient(
        float* dy, int dyRow, float* x, int xRow, ReadOnlySpan<int> groupStarts, GradientTree tree, Workers workers)
    {
        int groups = groupStarts.Length - 1;
        if (groups <= 0)
        {
            return;
        }

        tree.Grow(groups);
        bool flipped = tree.Layout.Flipped;
        fixed (int* starts = groupStarts)
        {
            var region = new WeightGradientRegion
            {
                Down = flipped ? x : dy,
                DownRow = flipped ? xRow : dyRow,
                Across = new()
                {
                    Source = flipped ? dy : x,
                    SourceRow = flipped ? dyRow : xRow,
                    FirstRow = starts[0],
                    Rows = starts[groups] - starts[0],
                    Columns = tree.Layout.Across,
                },
                Starts = starts,
                Groups = groups,
                Tree = tree,
                Layout = tree.Layout,
            };
            region.RunAll(workers);
        }

        tree.Advance(groups);
    }

    struct WeightGradientRegion : IRegion
    {
        // Tiles of a task's block, down and in all; panels that lie side by side for all tasks, and floats of theirs; tasks that are enough;
        // panels of a task where few tiles lie down.
        const int LeastTilesDown = 4, BlockTiles = 128, MostPanels = 32, SharedFloats = 4 << 20, EnoughTasks = 12, MostThinPanels = 8;

        public float* Down;
        public nint DownRow;
        public PackedSlices Across;
        public int* Starts;
        public int Groups;
        public GradientTree Tree;
        public TileLayout Layout;

        int _firstPanel, _endPanel, _downBlocks, _acrossBlocks;

        readonly int TileStride => (Layout.TileHeight * GradientRows) + PackedSlices.Slack;

        public void RunAll(Workers workers)
        {
            if (Layout.TileRows <= LeastTilesDown)
            {
                // Each slice is used by one task alone, and a few times only: it stays where it is. Tasks are even in number, so that two threads
                // have as much to do.
                _endPanel = Layout.Across.Panels;
                _downBlocks = 1;
                _acrossBlocks = Math.Min(_endPanel, 2 * Ceiling(_endPanel, 2 * MostThinPanels));
                workers.Run(_acrossBlocks, ref this);
                return;
            }

            int panels = Layout.Across.Panels, together = Math.Clamp(SharedFloats / (Math.Max(1, Across.Rows) * PanelGeometry.FullWidth), 4, MostPanels);
            int passes = Ceiling(panels, together);
            for (int pass = 0; pass < passes; pass++)
            {
                _firstPanel = Share(pass, passes, panels);
                _endPanel = Share(pass + 1, passes, panels);
                int most = Math.Max(LeastTilesDown, BlockTiles / (_endPanel - _firstPanel));
                _downBlocks = Math.Max(Ceiling(Layout.TileRows, most), Math.Min(EnoughTasks, Layout.TileRows / 2));
                _acrossBlocks = 1;
                Across.Share(_firstPanel, _endPanel);
                workers.Run(Across.Pieces, ref Across);
                workers.Run(_downBlocks, ref this);
            }
        }

        public readonly void Run(int task)
        {
            var block = Block(task);
            int firstLeaf = Tree.NextLeaf, levels = BitOperations.Log2((uint)Groups) + 1;
            int blockFloats = block.TileRows * block.Panels * Layout.TileHeight * PanelGeometry.FullWidth;
            int bFloats = Across.IsShared ? 0 : PackedSlices.PanelFloats(GradientRows);
            float* b = ThreadScratch.ProductFloats(((long)(levels + 1) * blockFloats) + (block.TileRows * TileStride) + bFloats);
            float* sums = b + bFloats, a = sums + ((long)(levels + 1) * blockFloats);
            var passing = new PassingSums(sums + blockFloats, blockFloats, firstLeaf, firstLeaf + Groups - 1);
            for (int group = 0; group < Groups; group++)
            {
                SumGroup(block, Starts[group], Starts[group + 1], firstLeaf + group, a, b, sums, passing);
            }
        }

        readonly GradientBlock Block(int task)
        {
            int down = task / _acrossBlocks, across = task % _acrossBlocks, panels = _endPanel - _firstPanel;
            int tileRow = Share(down, _downBlocks, Layout.TileRows), panel = _firstPanel + Share(across, _acrossBlocks, panels);
            return new()
            {
                TileRow = tileRow,
                TileRows = Share(down + 1, _downBlocks, Layout.TileRows) - tileRow,
                Panel = panel,
                Panels = _firstPanel + Share(across + 1, _acrossBlocks, panels) - panel,
            };
        }

        static int Share(int part, int parts, int whole) => (int)((long)part * whole / parts);

        static int Ceiling(int a, int b) => (a + b - 1) / b;

        readonly void SumGroup(
            in GradientBlock block, int start, int end, int leaf, float* a, float* b, float* sums, in PassingSums passing)
        {
            int first = start;
            do
            {
                int rows = Math.Min(GradientRows, end - first);
                CopyDown(block, first, rows, a);
                for (int tile = 0; tile < block.TileRows * block.Panels; tile++)
                {
                    int down = tile % block.TileRows, across = tile / block.TileRows;
                    int tileRow = block.TileRow + down, panel = block.Panel + across;
                    int place = tile * Layout.TileHeight * PanelGeometry.FullWidth;
                    int count = Layout.Height(tileRow) * Layout.Across.Width(panel);
                    long offset = Layout.TileOffset(tileRow, panel);

                    // An even leaf waits for the next one as it is.
                    float* sum = leaf % 2 == 0 ? Tree.Place(0, leaf, offset, passing, place) : sums + place;
                    var columns = Across.Panel(panel, first, rows, down == 0, b);
                    var ahead = Across.IsShared
                        ? Ahead(block, down, across, first, rows, end, sum + count)
                        : AheadInPlace(block, down, across, first, rows, end);
                    SumTile(tileRow, panel, a + (down * TileStride), columns, rows, sum, first > start, ahead);
                    if (first + rows >= end)
                    {
                        Tree.Join(sum, leaf, offset, count, passing, place);
                    }
                }

                first += rows;
            }
            while (first < end);
        }

        readonly void CopyDown(in GradientBlock block, int first, int rows, float* a)
        {
            int down = block.TileRow * Layout.TileHeight, count = Math.Min(block.TileRows * Layout.TileHeight, Layout.Down - down);
            PackedSlices.Copy(Down + (first * DownRow) + down, DownRow, rows, count, Layout.TileHeight, a, TileStride);
        }

        // What the task needs next: a line of each of the next rows, a share of the next panel, or at the end the next tile of the gradient.
        readonly LinesAhead Ahead(in GradientBlock block, int down, int across, int first, int rows, int end, float* nextTile)
        {
            const int LineFloats = 16, LineBytes = 64;
            int tile = (across * block.TileRows) + down, next = first + rows;
            int downLines = Ceiling(block.TileRows * Layout.TileHeight, LineFloats) + 1;
            if (next >= end || rows == 0)
            {
                return new(nextTile, LineBytes / 2);
            }

            if (tile < downLines)
            {
                return new(Down + (next * DownRow) + (block.TileRow * Layout.TileHeight) + (tile * LineFloats), DownRow * sizeof(float));
            }

            int share = rows * PanelGeometry.FullWidth / block.TileRows;
            return new(Across.SharedPanel(block.Panel + across + 1, first) + (down * share), share * sizeof(float) / rows);
        }

        // One line of each row of the next panel: the first tile fetches its left line, the second its right one.
        readonly LinesAhead AheadInPlace(in GradientBlock block, int down, int across, int first, int rows, int end)
        {
            const int LineFloats = 16;
            bool last = across + 1 == block.Panels;
            int row = last && first + rows < end ? first + rows : first, panel = last ? block.Panel : block.Panel + across + 1;
            return new(
                Across.Source + (row * Across.SourceRow) + (panel * PanelGeometry.FullWidth) + (down % 2 * LineFloats),
                Across.SourceRow * sizeof(float));
        }

        readonly void SumTile(int tileRow, int panel, float* a, SlicePanel b, int rows, float* sum, bool add, LinesAhead ahead)
        {
            int width = Layout.Across.Width(panel), height = Layout.Height(tileRow), valid = Layout.Across.ValidColumns(panel);
            var operand = new TileOperand(a, 1, Layout.TileHeight);
            for (int column = 0; column < valid;)
            {
                var family = TileFamily.For(ElementType.F32, valid - column);
                float* c = sum + column;
                family.Run(
                    operand, height, b.First + column, b.Row, rows, c, width, add ? c : null, width, family.Columns, ahead);
                column += family.Columns;
            }
        }
    }

    /// <summary>Tiles and panels of one task.</summary>
    readonly struct GradientBlock
    {
        public int TileRow { get; init; }

        public int TileRows { get; init; }

        public int Panel { get; init; }

        public int Panels { get; init; }
    }
}
