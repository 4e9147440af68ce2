using System.Numerics;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    // A task's block of the gradient. Its slices of dy and x are copied side by side, GradientRows rows at a time, to lie within the second cache.
    const int GradientDown = 96, GradientAcross = 64, GradientRows = 256;

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
        const int BlockFloats = GradientDown * GradientAcross;
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
            int firstLeaf = Tree.NextLeaf, levels = BitOperations.Log2((uint)Groups) + 1;
            float* a = ThreadScratch.ProductFloats(((levels + 1) * BlockFloats) + (GradientRows * (GradientDown + GradientAcross)));
            float* b = a + (GradientRows * GradientDown), sums = b + (GradientRows * GradientAcross);
            var passing = new PassingSums(sums + BlockFloats, BlockFloats, firstLeaf, firstLeaf + Groups - 1);
            for (int group = 0; group < Groups; group++)
            {
                SumGroup(Block(task), Starts[group], Starts[group + 1], firstLeaf + group, a, b, sums, passing);
            }
        }

        readonly GradientBlock Block(int task)
        {
            int tileRow = task / AcrossBlocks * TilesDown, panel = task % AcrossBlocks * AcrossPanels;
            int down = tileRow * Layout.TileHeight, across = panel * PanelGeometry.FullWidth;
            return new()
            {
                TileRow = tileRow,
                TileRows = Math.Min(TilesDown, Layout.TileRows - tileRow),
                Panel = panel,
                Panels = Math.Min(AcrossPanels, Layout.Across.Panels - panel),
                DownCount = Math.Min(TilesDown * Layout.TileHeight, Layout.Down - down),
                AcrossCount = Math.Min(GradientAcross, Layout.Across.Columns - across),
                AcrossPadded = Math.Min(GradientAcross, Layout.Across.PaddedColumns - across),
            };
        }

        readonly void SumGroup(
            in GradientBlock block, int start, int end, int leaf, float* a, float* b, float* sums, in PassingSums passing)
        {
            int down = block.TileRow * Layout.TileHeight, across = block.Panel * PanelGeometry.FullWidth;
            int first = start;
            do
            {
                int rows = Math.Min(GradientRows, end - first);
                Copy(Down + (first * DownRow) + down, DownRow, rows, block.DownCount, block.DownCount, a, GradientDown);
                Copy(Across + (first * AcrossRow) + across, AcrossRow, rows, block.AcrossCount, block.AcrossPadded, b, GradientAcross);
                for (int tile = 0; tile < block.TileRows * block.Panels; tile++)
                {
                    int tileRow = tile % block.TileRows, panel = tile / block.TileRows;
                    int place = tile * Layout.TileHeight * PanelGeometry.FullWidth;
                    int count = Layout.Height(block.TileRow + tileRow) * Layout.Across.Width(block.Panel + panel);
                    long offset = Layout.TileOffset(block.TileRow + tileRow, block.Panel + panel);

                    // An even leaf waits for the next one as it is.
                    float* sum = leaf % 2 == 0 ? Tree.Place(0, leaf, offset, passing, place) : sums + place;
                    SumTile(block.TileRow + tileRow, block.Panel + panel, a + (tileRow * Layout.TileHeight),
                        b + (panel * PanelGeometry.FullWidth), rows, sum, first > start);
                    if (first + rows >= end)
                    {
                        Tree.Join(sum, leaf, offset, count, passing, place);
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

    /// <summary>Tiles and columns of one task.</summary>
    readonly struct GradientBlock
    {
        public int TileRow { get; init; }

        public int TileRows { get; init; }

        public int Panel { get; init; }

        public int Panels { get; init; }

        public int DownCount { get; init; }

        public int AcrossCount { get; init; }

        public int AcrossPadded { get; init; }
    }
}
