using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// Backward of <see cref="Attention"/>: p = exp(scale · q·k − logSumExp) is computed again, dp = dy · v, δ = dy · y,
/// ds = p (dp − δ); dq = scale · Σ_j ds_j k_j, dk_j = Σ_q ds_j scale · q, dv_j = Σ_q p_j dy.
/// </summary>
/// <remarks>
/// One task sums the whole of a group for one key/value head: segments in order, queries in order, keys ascending. dq is assigned;
/// dk and dv are added to, into padded rows [T, padded D] of the head that hold zeros before.
/// Within 1e-5 of the double reference relative to the largest value (AttentionTests).
/// </remarks>
public static unsafe class AttentionGradient
{
    const int Tile = AttentionProducts.Tile;
    const int Block = AttentionProducts.Block;
    const int Page = AttentionPlan.PageSize;

    /// <summary>What the forward pass kept and what flows back into it.</summary>
    public readonly struct Inputs
    {
        public required float* Q { get; init; }
        public required float* K { get; init; }
        public required float* Y { get; init; }
        public required float* GradientOfY { get; init; }
        public required float* LogSumExp { get; init; }

        /// <summary>Keys and values as transposed pages.</summary>
        public required float* KeyPages { get; init; }
        public required float* ValuePages { get; init; }
    }

    /// <summary>All queries of one segment for one key/value head; call for a group's segments in order.</summary>
    public static void Segment(
        in AttentionShape shape, in AttentionPlan.Segment segment, ReadOnlySpan<int> pages, int keyValueHead, in Inputs inputs,
        float* dq, float* dkHead, float* dvHead)
    {
        int queries = segment.Count * shape.HeadsPerKey;
        for (int first = 0; first < queries; first += Tile)
        {
            var tile = new QueryTile(shape, segment, keyValueHead, first, Math.Min(Tile, queries - first));
            TileBackward(shape, segment, tile, pages, keyValueHead, inputs, dq, dkHead, dvHead);
        }
    }

    [SkipLocalsInit]
    static void TileBackward(
        in AttentionShape shape, in AttentionPlan.Segment segment, in QueryTile tile, ReadOnlySpan<int> pages, int keyValueHead,
        in Inputs inputs, float* dq, float* dkHead, float* dvHead)
    {
        int padded = shape.PaddedWidth, D = shape.HeadWidth;
        float* scaled = stackalloc float[Tile * padded];
        float* upstream = stackalloc float[Tile * padded];
        float* gradient = stackalloc float[Tile * padded];
        float* p = stackalloc float[Tile * Block];
        float* ds = stackalloc float[Tile * Block];
        float* deltas = stackalloc float[Tile];
        float** rows = stackalloc float*[Block];
        tile.LoadScaled(shape, inputs.Q, shape.Scale, scaled);
        tile.LoadScaled(shape, inputs.GradientOfY, 1, upstream);
        new Span<float>(gradient, Tile * padded).Clear();
        Deltas(shape, tile, inputs.Y, upstream, deltas);

        int limit = tile.LastLimit;
        for (int position = 0; position < limit; position += Block)
        {
            int seen = Math.Min(Block, limit - position);
            var blockPages = pages.Slice(position / Page, (seen + Page - 1) / Page);
            AttentionPages.Transposed(shape, blockPages, keyValueHead, inputs.KeyPages, rows);
            AttentionProducts.Scores(tile.Rows, scaled, padded, rows, seen, D, p);
            AttentionPages.Transposed(shape, blockPages, keyValueHead, inputs.ValuePages, rows);
            AttentionProducts.Scores(tile.Rows, upstream, padded, rows, seen, D, ds);
            ScoreGradients(shape, tile, position, seen, inputs.LogSumExp, deltas, p, ds);

            BatchRows(segment, position, seen, inputs.K + (keyValueHead * D), shape.KeyValueHeads * D, rows);
            AttentionProducts.Mix(tile.Rows, ds, rows, seen, gradient, padded);
            BatchRows(segment, position, seen, dkHead, padded, rows);
            AttentionProducts.Spread(tile.Rows, ds, scaled, padded, rows, seen);
            BatchRows(segment, position, seen, dvHead, padded, rows);
            AttentionProducts.Spread(tile.Rows, p, upstream, padded, rows, seen);
        }

        tile.Store(shape, gradient, shape.Scale, dq);
    }

    static void BatchRows(in AttentionPlan.Segment segment, int position, int count, float* memory, int stride, float** rows)
    {
        for (int j = 0; j < count; j++)
        {
            rows[j] = memory + ((long)segment.RowOf(position + j) * stride);
        }
    }

    // δ = dy · y, in sixteen lanes.
    static void Deltas(in AttentionShape shape, in QueryTile tile, float* y, float* upstream, float* deltas)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            var y_r = new ReadOnlySpan<float>(tile.Source(shape, y, r), shape.HeadWidth);
            var sum = Vector512<float>.Zero;
            for (int d = 0; d < shape.HeadWidth; d += 16)
            {
                sum = Vector512.MultiplyAddEstimate(Vector512.Load(upstream + (r * shape.PaddedWidth) + d), Lanes.Load(y_r, d), sum);
            }

            deltas[r] = Lanes.Sum(sum);
        }
    }

    // Turns scores into p, and dp into ds. Both become 0 beyond a query's sight, and in rows that are computed beside the tile's own.
    static void ScoreGradients(
        in AttentionShape shape, in QueryTile tile, int position, int seen, float* logSumExp, float* deltas, float* p, float* ds)
    {
        for (int r = 0; r < AttentionProducts.Computed(tile.Rows); r++)
        {
            bool own = r < tile.Rows;
            int limit = own ? tile.Limit(r) - position : 0;
            var lse = Vector512.Create(own ? logSumExp[((long)tile.BatchRow(r) * shape.Heads) + tile.Head(r)] : 0);
            var delta = Vector512.Create(own ? deltas[r] : 0);
            for (int j = r * Block; j < (r * Block) + seen; j += 16)
            {
                var visible = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(limit - (j % Block))).AsSingle();
                var probability = VectorMath.Exp(Vector512.Load(p + j) - lse);
                var slope = probability * (Vector512.Load(ds + j) - delta);
                Vector512.ConditionalSelect(visible, probability, Vector512<float>.Zero).Store(p + j);
                Vector512.ConditionalSelect(visible, slope, Vector512<float>.Zero).Store(ds + j);
            }
        }
    }
}
