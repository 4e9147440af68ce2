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
    const int Block = 64;
    const int PagesPerBlock = Block / AttentionPlan.PageSize;

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
        tile.LoadScaled(shape, q, shape.Scale, scaled);
        new Span<float>(output, Tile * padded).Clear();
        new Span<float>(sums, Tile * 16).Clear();
        new Span<float>(maxima, Tile).Fill(float.NegativeInfinity);

        int limit = tile.LastLimit;
        for (int block = 0; block < limit; block += Block)
        {
            int seen = Math.Min(Block, limit - block);
            var blockPages = pages.Slice(block / AttentionPlan.PageSize, (seen + 15) / 16);
            BlockScores(shape, tile.Rows, blockPages, keyValueHead, keys, scaled, scores);
            for (int r = 0; r < tile.Rows; r++)
            {
                Soften(scores + (r * Block), blockPages.Length, tile.Limit(r) - block, maxima + r, sums + (r * 16), output + (r * padded), padded);
            }

            BlockMix(shape, tile.Rows, blockPages, seen, keyValueHead, values, scores, output);
        }

        tile.Finish(shape, maxima, sums, output, logSumExp, y);
    }

    static void BlockScores(
        in AttentionShape shape, int rows, ReadOnlySpan<int> pages, int keyValueHead, float* keys, float* scaled, float* scores)
    {
        for (int i = 0; i < pages.Length; i++)
        {
            float* page = keys + ((long)pages[i] * shape.TransposedPage) + (keyValueHead * shape.HeadWidth * 16);
            AttentionProducts.Scores(rows, scaled, shape.PaddedWidth, page, shape.HeadWidth, scores + (i * 16), Block);
        }
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

    static void BlockMix(
        in AttentionShape shape, int rows, ReadOnlySpan<int> pages, int seen, int keyValueHead, float* values, float* p, float* output)
    {
        float** rowPointers = stackalloc float*[Block];
        int padded = shape.PaddedWidth;
        for (int i = 0; i < pages.Length; i++)
        {
            float* page = values + ((long)pages[i] * shape.PlainPage) + (keyValueHead * AttentionPlan.PageSize * padded);
            for (int lane = 0; lane < AttentionPlan.PageSize; lane++)
            {
                rowPointers[(i * 16) + lane] = page + (lane * padded);
            }
        }

        AttentionProducts.Mix(rows, p, Block, rowPointers, seen, padded, output, padded);
    }
}
