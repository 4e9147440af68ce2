using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>Up to four queries (row, head) of one segment that read the same key/value head.</summary>
readonly unsafe struct QueryTile
{
    readonly AttentionPlan.Segment _segment;
    readonly int _keyValueHead;
    readonly int _first;
    readonly int _perKey;

    /// <param name="first">Index of the first query, counted row by row over the heads that share the key/value head.</param>
    public QueryTile(in AttentionShape shape, in AttentionPlan.Segment segment, int keyValueHead, int first, int rows)
    {
        _segment = segment;
        _keyValueHead = keyValueHead;
        _first = first;
        _perKey = shape.HeadsPerKey;
        Rows = rows;
    }

    public int Rows { get; }

    /// <summary>Positions that query <paramref name="r"/> sees.</summary>
    public int Limit(int r) => _segment.FirstPosition + ((_first + r) / _perKey) + 1;

    /// <summary>Positions that the tile's last query sees: the most of all.</summary>
    public int LastLimit => Limit(Rows - 1);

    public int BatchRow(int r) => _segment.Row + ((_first + r) / _perKey);

    public int Head(int r) => (_keyValueHead * _perKey) + ((_first + r) % _perKey);

    /// <summary>The tile's rows of x [T, H·D], times <paramref name="scale"/>, zero-padded to [computed rows, padded D].</summary>
    public void LoadScaled(in AttentionShape shape, float* x, float scale, float* tile)
    {
        int padded = shape.PaddedWidth;
        for (int r = 0; r < Rows; r++)
        {
            var source = new ReadOnlySpan<float>(Source(shape, x, r), shape.HeadWidth);
            for (int d = 0; d < padded; d += 16)
            {
                (Lanes.Load(source, d) * scale).Store(tile + (r * padded) + d);
            }
        }

        int beside = AttentionProducts.Computed(Rows) - Rows;
        new Span<float>(tile + (Rows * padded), beside * padded).Clear();
    }

    /// <summary>Writes the tile [4, padded D], times <paramref name="scale"/>, to the rows of x [T, H·D].</summary>
    public void Store(in AttentionShape shape, float* tile, float scale, float* x)
    {
        for (int r = 0; r < Rows; r++)
        {
            StoreRow(shape, tile, r, scale, x);
        }
    }

    /// <summary>y = output / Σp and logSumExp = m + ln Σp.</summary>
    public void Finish(in AttentionShape shape, float* maxima, float* sums, float* output, float* logSumExp, float* y)
    {
        for (int r = 0; r < Rows; r++)
        {
            float sum = Lanes.Sum(Vector512.Load(sums + (r * 16)));
            StoreRow(shape, output, r, 1f / sum, y);
            logSumExp[((long)BatchRow(r) * shape.Heads) + Head(r)] = maxima[r] + MathF.Log(sum);
        }
    }

    public float* Source(in AttentionShape shape, float* x, int r) =>
        x + ((((long)BatchRow(r) * shape.Heads) + Head(r)) * shape.HeadWidth);

    void StoreRow(in AttentionShape shape, float* tile, int r, float scale, float* x)
    {
        var target = new Span<float>(Source(shape, x, r), shape.HeadWidth);
        for (int d = 0; d < shape.HeadWidth; d += 16)
        {
            Lanes.Store(Vector512.Load(tile + (r * shape.PaddedWidth) + d) * scale, target, d);
        }
    }
}
