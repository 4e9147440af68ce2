using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// Causal grouped-query attention over pages: y = softmax(scale · q·Kᵀ) · V, never a T x T matrix.
/// </summary>
/// <remarks>
/// <para>q, y: [T, H·D]. keys: transposed pages [pages, KV, D, 16]. values: plain pages [pages, KV, 16, padded D].
/// logSumExp: [T, H], kept for the backward pass.</para>
/// <para>Order of summation: a query walks its keys in blocks of 64 positions anchored at position 0. In a block: the maximum m is raised,
/// p = exp(s − m), the sum of p is kept in 16 lanes (lane = position % 16) and folded once at the end by a fixed tree, and
/// y = y · exp(m_old − m) + Σ_j p_j v_j with j ascending. A query alone, in a tile, in prefill, decode or training takes the same steps;
/// keys that it does not see enter as exact zeros.</para>
/// <para>Within 2e-6 of the double reference relative to the largest value (AttentionTests).</para>
/// </remarks>
public static unsafe class Attention
{
    const int Tile = AttentionProducts.Tile;
    const int Block = AttentionProducts.Block;
    const int Page = AttentionPlan.PageSize;

    /// <summary>Largest head width: the tile's buffers lie on the stack.</summary>
    public const int MaxHeadWidth = 512;

    /// <summary>Query rows [start, start + count) of a segment for the heads of one key/value head. Assigns y and logSumExp.</summary>
    public static void Forward(
        in AttentionShape shape, in AttentionPlan.Segment segment, ReadOnlySpan<int> pages, int keyValueHead, int start, int count,
        float* q, float* keys, float* values, float* logSumExp, float* y)
    {
        int perKey = shape.HeadsPerKey, queries = count * perKey;
        for (int first = 0; first < queries; first += Tile)
        {
            var tile = new QueryTile(shape, segment, keyValueHead, (start * perKey) + first, Math.Min(Tile, queries - first));
            ForwardTile(shape, tile, pages, keyValueHead, q, keys, values, logSumExp, y);
        }
    }

    [SkipLocalsInit]
    static void ForwardTile(
        in AttentionShape shape, in QueryTile tile, ReadOnlySpan<int> pages, int keyValueHead,
        float* q, float* keys, float* values, float* logSumExp, float* y)
    {
        int padded = shape.PaddedWidth;
        float* scaled = stackalloc float[Tile * padded];
        float* output = stackalloc float[Tile * padded];
        float* scores = stackalloc float[Tile * Block];
        float* maxima = stackalloc float[Tile];
        float* sums = stackalloc float[Tile * 16];
        float** rows = stackalloc float*[Block];
        tile.LoadScaled(shape, q, shape.Scale, scaled);
        new Span<float>(output, Tile * padded).Clear();
        new Span<float>(sums, Tile * 16).Clear();
        new Span<float>(maxima, Tile).Fill(float.NegativeInfinity);

        int limit = tile.LastLimit;
        for (int block = 0; block < limit; block += Block)
        {
            int seen = Math.Min(Block, limit - block);
            var blockPages = pages.Slice(block / Page, (seen + Page - 1) / Page);
            AttentionPages.Transposed(shape, blockPages, keyValueHead, keys, rows);
            AttentionProducts.Scores(tile.Rows, scaled, padded, rows, seen, shape.HeadWidth, scores);
            for (int r = 0; r < tile.Rows; r++)
            {
                Soften(scores + (r * Block), blockPages.Length, tile.Limit(r) - block, maxima + r, sums + (r * 16), output + (r * padded), padded);
            }

            AttentionPages.PlainRows(shape, blockPages, seen, keyValueHead, values, rows);
            AttentionProducts.Mix(tile.Rows, scores, rows, seen, output, padded);
        }

        tile.Finish(shape, maxima, sums, output, logSumExp, y);
    }

    // Replaces scores by p = exp(s − m) and rescales what was summed under the older maximum. Lanes at or beyond `seen` become 0.
    static void Soften(float* scores, int pages, int seen, float* maximum, float* sums, float* output, int padded)
    {
        var top = Vector512.Create(float.NegativeInfinity);
        var index = Vector512<int>.Indices;
        for (int i = 0; i < pages; i++)
        {
            var visible = Vector512.LessThan(index, Vector512.Create(seen - (i * 16))).AsSingle();
            var s = Vector512.ConditionalSelect(visible, Vector512.Load(scores + (i * 16)), Vector512.Create(float.NegativeInfinity));
            s.Store(scores + (i * 16));
            top = Vector512.Max(top, s);
        }

        float m = MathF.Max(*maximum, Lanes.Max(top));
        var correction = VectorMath.Exp(Vector512.Create(*maximum - m));
        *maximum = m;
        var sum = Vector512.Load(sums) * correction;
        for (int i = 0; i < pages; i++)
        {
            var p = VectorMath.Exp(Vector512.Load(scores + (i * 16)) - Vector512.Create(m));
            p.Store(scores + (i * 16));
            sum += p;
        }

        sum.Store(sums);
        for (int d = 0; d < padded; d += 16)
        {
            (Vector512.Load(output + d) * correction).Store(output + d);
        }
    }
}
