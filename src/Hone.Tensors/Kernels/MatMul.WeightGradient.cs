using System.Numerics;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    // A task's block of the gradient. Its slices of dy and x are copied side by side, GradientRows rows at a time, to lie within the second cache.
    const int GradientDown = 96, GradientAcross = 64, GradientRows = 384;

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
        fixed (int* starts = groupStarts)
        {
            var region = new WeightGradientRegion
            {
                Down = tree.Layout.Flipped ? x : dy,
                DownRow = tree.Layout.Flipped ? xRow : dyRow,
                Across = tree.Layout.Flipped ? dy : x,
                AcrossRow = tree.Layout.Flipped ? dyRow : xRow,
                Starts = starts,
                Groups = groups,
                Tree = tree,
                Layout = tree.Layout,
            };
            workers.Run(region.Tasks, ref region);
        }

        tree.Advance(groups);
    }

    struct WeightGradientRegion : IRegion
    {
        const int AcrossPanels = GradientAcross / PanelGeometry.FullWidth;

        public float* Down, Across;
        public nint DownRow, AcrossRow;
        public int* Starts;
        public int Groups;
        public GradientTree Tree;
        public TileLayout Layout;

        public readonly int Tasks => DownBlocks * AcrossBlocks;

        readonly int TilesDown => GradientDown / Layout.TileHeight;

        readonly int DownBlocks => (Layout.TileRows + TilesDown - 1) / TilesDown;

        readonly int AcrossBlocks => (Layout.Across.Panels + AcrossPanels - 1) / AcrossPanels;

        public readonly void Run(int task)
        {
            int tileRow = task / AcrossBlocks * TilesDown, panel = task % AcrossBlocks * AcrossPanels;
            float* sums = ThreadScratch.Floats((GradientDown * GradientAcross) + (GradientRows * (GradientDown + GradientAcross)));
            for (int group = 0; group < Groups; group++)
            {
                SumGroup(group, tileRow, panel, sums);
            }
        }

        // Sums: one place for each tile of the block; then the slices of dy and x.
        readonly void SumGroup(int group, int firstTileRow, int firstPanel, float* sums)
        {
            int tileRows = Math.Min(TilesDown, Layout.TileRows - firstTileRow);
            int panels = Math.Min(AcrossPanels, Layout.Across.Panels - firstPanel);
            int down = firstTileRow * Layout.TileHeight, across = firstPanel * PanelGeometry.FullWidth;
            int downCount = Math.Min(tileRows * Layout.TileHeight, Layout.Down - down);
            int acrossCount = Math.Min(GradientAcross, Layout.Across.Columns - across);
            int acrossPadded = Math.Min(GradientAcross, Layout.Across.PaddedColumns - across);
            float* a = sums + (GradientDown * GradientAcross), b = a + (GradientRows * GradientDown);
            int start = Starts[group], end = Starts[group + 1], first = start;
            do
            {
                int rows = Math.Min(GradientRows, end - first);
                Copy(Down + (first * DownRow) + down, DownRow, rows, downCount, downCount, a, GradientDown);
                Copy(Across + (first * AcrossRow) + across, AcrossRow, rows, acrossCount, acrossPadded, b, GradientAcross);
                bool last = first + rows >= end;
                for (int panel = 0; panel < panels; panel++)
                {
                    for (int tileRow = 0; tileRow < tileRows; tileRow++)
                    {
                        float* sum = sums + (((panel * TilesDown) + tileRow) * Layout.TileHeight * PanelGeometry.FullWidth);
                        SumTile(firstTileRow + tileRow, firstPanel + panel, a + (tileRow * Layout.TileHeight),
                            b + (panel * PanelGeometry.FullWidth), rows, sum, first > start);
                        if (last)
                        {
                            int count = Layout.Height(firstTileRow + tileRow) * Layout.Across.Width(firstPanel + panel);
                            Tree.Join(sum, Tree.NextLeaf + group, Layout.TileOffset(firstTileRow + tileRow, firstPanel + panel), count);
                        }
                    }
                }

                first += rows;
            }
            while (first < end);
        }

        readonly void SumTile(int tileRow, int panel, float* a, float* b, int rows, float* sum, bool add)
        {
            int width = Layout.Across.Width(panel), height = Layout.Height(tileRow);
            int valid = Layout.Across.ValidColumns(panel);
            var operand = new TileOperand(a, 1, GradientDown);
            for (int column = 0; column < valid;)
            {
                var family = TileFamily.For(ElementType.F32, valid - column);
                family.Run(operand, height, b + column, GradientAcross, rows, sum + column, width, add, family.Columns);
                column += family.Columns;
            }
        }

        // Up to the width of the last panel; padding is zero, so that lanes whose sums nobody reads stay finite.
        static void Copy(float* source, nint sourceRow, int rows, int count, int paddedCount, float* target, int targetRow)
        {
            int vectors = count - (count % Vector<float>.Count);
            for (int r = 0; r < rows; r++, source += sourceRow, target += targetRow)
            {
                int i = 0;
                for (; i < vectors; i += Vector<float>.Count)
                {
                    Vector.Load(source + i).Store(target + i);
                }

                for (; i < paddedCount; i++)
                {
                    target[i] = i < count ? source[i] : 0;
                }
            }
        }
    }
}
