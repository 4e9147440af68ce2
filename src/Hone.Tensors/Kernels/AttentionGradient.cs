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

    static void TileBackward(
        in AttentionShape shape, in AttentionPlan.Segment segment, in QueryTile tile, ReadOnlySpan<int> pages, int keyValueHead,
        in Inputs inputs, float* dq, float* dkHead, float* dvHead)
    {
        int padded = shape.PaddedWidth;
        float* scaled = stackalloc float[Tile * padded];
        float* upstream = stackalloc float[Tile * padded];
        float* gradient = stackalloc float[Tile * padded];
        float* p = stackalloc float[Tile * Page];
        float* ds = stackalloc float[Tile * Page];
        float* deltas = stackalloc float[Tile];
        float** rows = stackalloc float*[Page];
        tile.LoadScaled(shape, inputs.Q, shape.Scale, scaled);
        tile.LoadScaled(shape, inputs.GradientOfY, 1, upstream);
        new Span<float>(gradient, Tile * padded).Clear();
        Deltas(shape, tile, inputs, deltas);

        int limit = tile.LastLimit, keyStride = shape.KeyValueHeads * shape.HeadWidth;
        for (int position = 0; position < limit; position += Page)
        {
            long page = ((long)pages[position / Page] * shape.TransposedPage) + (keyValueHead * shape.HeadWidth * Page);
            AttentionProducts.Scores(tile.Rows, scaled, padded, inputs.KeyPages + page, shape.HeadWidth, p, Page);
            AttentionProducts.Scores(tile.Rows, upstream, padded, inputs.ValuePages + page, shape.HeadWidth, ds, Page);
            ScoreGradients(shape, tile, position, inputs.LogSumExp, deltas, p, ds);

            int seen = Math.Min(Page, limit - position);
            for (int j = 0; j < seen; j++)
            {
                int row = segment.RowOf(position + j);
                rows[j] = inputs.K + ((long)row * keyStride) + (keyValueHead * shape.HeadWidth);
                AddScaledRows(tile.Rows, ds + j, scaled, padded, dkHead + ((long)row * padded));
                AddScaledRows(tile.Rows, p + j, upstream, padded, dvHead + ((long)row * padded));
            }

            AttentionProducts.Mix(tile.Rows, ds, Page, rows, seen, padded, gradient, padded);
        }

        tile.Store(shape, gradient, shape.Scale, dq);
    }

    static void Deltas(in AttentionShape shape, in QueryTile tile, in Inputs inputs, float* deltas)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            float* dy = tile.Source(shape, inputs.GradientOfY, r);
            float* y = tile.Source(shape, inputs.Y, r);
            float sum = 0;
            for (int d = 0; d < shape.HeadWidth; d++)
            {
                sum += dy[d] * y[d];
            }

            deltas[r] = sum;
        }
    }

    // Turns scores into p, and dp into ds. Lanes beyond a query's sight become 0 in both.
    static void ScoreGradients(
        in AttentionShape shape, in QueryTile tile, int position, float* logSumExp, float* deltas, float* p, float* ds)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            var visible = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(tile.Limit(r) - position)).AsSingle();
            float lse = logSumExp[((long)tile.BatchRow(r) * shape.Heads) + tile.Head(r)];
            var probability = VectorMath.Exp(Vector512.Load(p + (r * Page)) - Vector512.Create(lse));
            var slope = probability * (Vector512.Load(ds + (r * Page)) - Vector512.Create(deltas[r]));
            Vector512.ConditionalSelect(visible, probability, Vector512<float>.Zero).Store(p + (r * Page));
            Vector512.ConditionalSelect(visible, slope, Vector512<float>.Zero).Store(ds + (r * Page));
        }
    }

    // target += Σ_r weights[r] · tile[r], r ascending.
    static void AddScaledRows(int rows, float* weights, float* tile, int padded, float* target)
    {
        for (int d = 0; d < padded; d += 16)
        {
            var sum = Vector512.Load(target + d);
            for (int r = 0; r < rows; r++)
            {
                sum = Vector512.MultiplyAddEstimate(
                    Vector512.Create(weights[r * Page]), Vector512.Load(tile + (r * padded) + d), sum);
            }

            sum.Store(target + d);
        }
    }
}
