using System.Numerics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The gradient of a matrix [N, K] as an optimizer step sums it: one leaf for each group, joined in a fixed binary tree over the group's index
/// in the step. However the step is cut into micro-batches, the bits of the sum are the same.
/// </summary>
/// <remarks>
/// A binary counter: leaf i meets the sums that wait on levels 0, 1, … for as long as the bits of i are set (acc = waiting + acc), then
/// waits on the next level. <see cref="Finish"/> joins what waits from low to high. Sums lie in tiles as the kernels compute them, turned
/// over (K down, N across) where that fills more lanes.
/// </remarks>
public sealed unsafe class GradientTree : IDisposable
{
    readonly List<NativeBuffer> _levels = [];

    public GradientTree(int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        N = n;
        K = k;
        Layout = new(n, k);
    }

    public int N { get; }

    public int K { get; }

    /// <summary>Index in the step of the next group.</summary>
    public int NextLeaf { get; private set; }

    public long Bytes => _levels.Sum(level => level.Bytes);

    /// <summary>Bytes of the sums that wait in a step of so many leaves.</summary>
    public long BytesFor(int leaves) => LevelsFor(leaves) * Layout.Floats * sizeof(float);

    internal TileLayout Layout { get; }

    /// <summary>Adds one group's gradient, [N, K] row-major, that was summed elsewhere: the path of norms and biases.</summary>
    public void AddLeaf(ReadOnlySpan<float> gradient)
    {
        Require.Length(gradient, (long)N * K);
        Grow(1);
        float* leaf = ThreadScratch.Floats(Layout.Floats);
        new Span<float>(leaf, checked((int)Layout.Floats)).Clear();
        for (int n = 0; n < N; n++)
        {
            for (int k = 0; k < K; k++)
            {
                leaf[Layout.Offset(n, k)] = gradient[(n * K) + k];
            }
        }

        Join(leaf, NextLeaf, 0, Layout.Floats, PassingSums.None, 0);
        Advance(1);
    }

    /// <summary>Writes the sum over all leaves to <paramref name="gradient"/> [N, K], row-major (zero if there are none), and starts anew.</summary>
    public void Finish(float* gradient, Workers? workers = null)
    {
        int tileRows = Layout.TileRows;
        var region = new FinishRegion { Tree = this, Gradient = gradient };
        for (int tileRow = 0; workers is null && tileRow < tileRows; tileRow++)
        {
            region.Run(tileRow);
        }

        workers?.Run(tileRows, ref region);
        NextLeaf = 0;
    }

    public void Dispose() => _levels.ForEach(level => level.Dispose());

    /// <summary>Makes room for as many more leaves.</summary>
    internal void Grow(int leaves)
    {
        int levels = LevelsFor(NextLeaf + leaves);
        while (_levels.Count < levels)
        {
            _levels.Add(new(Layout.Floats * sizeof(float)));
        }
    }

    internal void Advance(int leaves) => NextLeaf += leaves;

    static int LevelsFor(int leaves) => BitOperations.Log2((uint)leaves) + 1;

    /// <summary>
    /// Joins a piece of leaf number <paramref name="leaf"/>, which lies at <paramref name="offset"/> of the layout and at
    /// <paramref name="place"/> of the passing sums.
    /// </summary>
    internal void Join(float* piece, int leaf, long offset, long count, in PassingSums passing, long place)
    {
        int level = BitOperations.TrailingZeroCount(~leaf);
        float* target = Place(level, leaf, offset, passing, place);
        if (level == 0 && piece != target)
        {
            Buffer.MemoryCopy(piece, target, count * sizeof(float), count * sizeof(float));
        }

        for (int i = 0; i < level; i++)
        {
            Add(Place(i, leaf - (1 << i), offset, passing, place), piece, i == level - 1 ? target : piece, count);
        }
    }

    /// <summary>Where a sum that ends with <paramref name="leaf"/> waits on its level.</summary>
    internal float* Place(int level, int leaf, long offset, in PassingSums passing, long place) =>
        passing.Hold(level, leaf) ? passing.Level(level) + place : _levels[level].Floats + offset;

    // c = a + b
    static void Add(float* a, float* b, float* c, long count)
    {
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(a + i) + Vector.Load(b + i)).Store(c + i);
        }

        for (; i < count; i++)
        {
            c[i] = a[i] + b[i];
        }
    }

    struct FinishRegion : IRegion
    {
        public GradientTree Tree;
        public float* Gradient;

        public readonly void Run(int tileRow)
        {
            var layout = Tree.Layout;
            int height = layout.Height(tileRow);
            for (int panel = 0; panel < layout.Across.Panels; panel++)
            {
                int width = layout.Across.Width(panel), valid = layout.Across.ValidColumns(panel);
                float* sum = ThreadScratch.Floats(height * width);
                Fold(layout.TileOffset(tileRow, panel), height * width, sum);
                for (int r = 0; r < height; r++)
                {
                    Write((tileRow * layout.TileHeight) + r, panel * PanelGeometry.FullWidth, new(sum + (r * width), valid));
                }
            }
        }

        readonly void Fold(long offset, int count, float* sum)
        {
            new Span<float>(sum, count).Clear();
            bool first = true;
            for (int level = 0; level < Tree._levels.Count; level++)
            {
                if ((Tree.NextLeaf >> level & 1) == 0)
                {
                    continue;
                }

                float* waiting = Tree._levels[level].Floats + offset;
                if (first)
                {
                    new Span<float>(waiting, count).CopyTo(new(sum, count));
                    first = false;
                }
                else
                {
                    Add(waiting, sum, sum, count);
                }
            }
        }

        readonly void Write(int down, int across, ReadOnlySpan<float> values)
        {
            if (!Tree.Layout.Flipped)
            {
                values.CopyTo(new(Gradient + ((long)down * Tree.K) + across, values.Length));
                return;
            }

            for (int i = 0; i < values.Length; i++)
            {
                Gradient[((long)(across + i) * Tree.K) + down] = values[i];
            }
        }
    }
}
