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

    /// <summary>The tile's rows of x [T, H·D], times <paramref name="scale"/>, zero-padded: [4, padded D].</summary>
    public void LoadScaled(in AttentionShape shape, float* x, float scale, float* tile)
    {
        int D = shape.HeadWidth, padded = shape.PaddedWidth;
        for (int r = 0; r < Rows; r++)
        {
            float* source = Source(shape, x, r);
            for (int d = 0; d < D; d++)
            {
                tile[(r * padded) + d] = source[d] * scale;
            }

            new Span<float>(tile + (r * padded) + D, padded - D).Clear();
        }
    }

    /// <summary>Writes the tile [4, padded D], times <paramref name="scale"/>, to the rows of x [T, H·D].</summary>
    public void Store(in AttentionShape shape, float* tile, float scale, float* x)
    {
        for (int r = 0; r < Rows; r++)
        {
            float* target = Source(shape, x, r);
            for (int d = 0; d < shape.HeadWidth; d++)
            {
                target[d] = tile[(r * shape.PaddedWidth) + d] * scale;
            }
        }
    }

    /// <summary>y = output / Σp and logSumExp = m + ln Σp.</summary>
    public void Finish(in AttentionShape shape, float* maxima, float* sums, float* output, float* logSumExp, float* y)
    {
        for (int r = 0; r < Rows; r++)
        {
            float sum = Lanes.Sum(Vector512.Load(sums + (r * 16)));
            float inverse = 1f / sum;
            float* target = Source(shape, y, r);
            for (int d = 0; d < shape.HeadWidth; d++)
            {
                target[d] = output[(r * shape.PaddedWidth) + d] * inverse;
            }

            logSumExp[((long)BatchRow(r) * shape.Heads) + Head(r)] = maxima[r] + MathF.Log(sum);
        }
    }

    public float* Source(in AttentionShape shape, float* x, int r) =>
        x + ((((long)BatchRow(r) * shape.Heads) + Head(r)) * shape.HeadWidth);
}
