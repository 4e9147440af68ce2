using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// Causal grouped-query attention over pages: y = softmax(cap(scale · q·Kᵀ)) · V, never a T x T matrix.
/// </summary>
/// <remarks>
/// <para>q, y: [T, H·D]. keys: transposed pages [pages, KV, D, 16]. values: plain pages [pages, KV, 16, padded D].
/// logSumExp: [T, H], kept for the backward pass.</para>
/// <para>Order of summation: a query walks its keys in blocks of 64 positions anchored at position 0. In a block: the maximum m is raised,
/// p = exp(s − m), the sum of p is kept in 16 lanes (lane = position % 16) and folded once at the end by a fixed tree, and
/// y = y · exp(m_old − m) + Σ_j p_j v_j with j ascending. A query alone, in a tile, in prefill, decode or training takes the same steps;
/// keys that it does not see enter as exact zeros, and blocks that it does not see change nothing.</para>
/// <para>A task meets each block with all its queries, so that keys and values come from the cache once; sequences that share pages go
/// through these together. Within 2e-6 of the double reference relative to the largest value (AttentionTests).</para>
/// </remarks>
public readonly unsafe ref struct Attention
{
    const int Tile = AttentionProducts.Tile;
    const int Block = AttentionProducts.Block;
    const int Page = AttentionPlan.PageSize;

    readonly ref readonly AttentionShape _shape;
    readonly QueryBundle _queries;
    readonly KeyValuePages _pages;
    readonly int _keyValueHead;
    readonly float* _scaled;
    readonly float* _output;
    readonly float* _scores;
    readonly float* _sums;
    readonly float* _maxima;

    Attention(in AttentionShape shape, AttentionPlan plan, AttentionPlan.QueryTask task, int keyValueHead, KeyValuePages pages)
    {
        int padded = shape.PaddedWidth, count = task.Rows * shape.HeadsPerKey;
        _shape = ref shape;
        _pages = pages;
        _keyValueHead = keyValueHead;
        _scaled = ThreadScratch.Floats((count * ((2 * padded) + Block + 16 + 1)) + (2 * task.Rows));
        _output = _scaled + (count * padded);
        _scores = _output + (count * padded);
        _sums = _scores + (count * Block);
        _maxima = _sums + (count * 16);
        _queries = new QueryBundle(shape, plan, task, keyValueHead, (int*)(_maxima + count));
    }

    /// <summary>The queries of one task for the heads of one key/value head. Assigns y and logSumExp.</summary>
    public static void Forward(
        in AttentionShape shape, AttentionPlan plan, AttentionPlan.QueryTask task, int keyValueHead,
        float* q, KeyValuePages pages, float* logSumExp, float* y)
    {
        var work = new Attention(shape, plan, task, keyValueHead, pages);
        work.Begin(q);
        work.Walk(plan, task);
        work.Finish(logSumExp, y);
    }

    void Begin(float* q)
    {
        int count = _queries.Count;
        _queries.LoadScaled(_shape, q, _shape.Scale, _scaled);
        new Span<float>(_output, count * _shape.PaddedWidth).Clear();
        new Span<float>(_sums, count * 16).Clear();
        new Span<float>(_maxima, count).Fill(float.NegativeInfinity);
    }

    // Blocks that all sequences share, with all queries; then each sequence's own.
    void Walk(AttentionPlan plan, AttentionPlan.QueryTask task)
    {
        int shared = task.SharedPages / (Block / Page) * Block;
        Blocks(0, _queries.Count, 0, shared, plan.PagesOf(task.Segment));
        int first = 0;
        for (int s = task.Segment; s < task.Segment + task.Segments; s++)
        {
            int count = (task.Segments == 1 ? task.Rows : plan.SegmentSpan[s].Count) * _shape.HeadsPerKey;
            Blocks(first, count, shared, _queries.Position(first + count - 1) + 1, plan.PagesOf(s));
            first += count;
        }
    }

    // Queries [first, first + count) meet positions [from, to).
    [SkipLocalsInit]
    void Blocks(int first, int count, int from, int to, ReadOnlySpan<int> pages)
    {
        float** rows = stackalloc float*[Block];
        int padded = _shape.PaddedWidth;
        for (int block = Math.Max(from, FirstBlock(first, count)); block < to; block += Block)
        {
            int seen = Math.Min(Block, to - block);
            var blockPages = pages.Slice(block / Page, (seen + Page - 1) / Page);
            AttentionPages.Transposed(_shape, blockPages, _keyValueHead, _pages.Keys, rows);
            for (int tile = first; tile < first + count; tile += Tile)
            {
                int tileRows = Math.Min(Tile, first + count - tile), visible = Visible(tile, tileRows, block, seen);
                if (visible > 0)
                {
                    AttentionProducts.Scores(tileRows, _scaled + (tile * padded), padded, rows, visible, _shape.HeadWidth, _scores + (tile * Block));
                    if (_shape.SoftCap > 0)
                    {
                        Cap(tile, tileRows, (visible + Page - 1) / Page);
                    }

                    Soften(tile, tileRows, block, (visible + Page - 1) / Page);
                }
            }

            AttentionPages.PlainRows(_shape, blockPages, seen, _keyValueHead, _pages.Values, rows);
            for (int tile = first; tile < first + count; tile += Tile)
            {
                int tileRows = Math.Min(Tile, first + count - tile), visible = Visible(tile, tileRows, block, seen);
                if (visible > 0)
                {
                    AttentionProducts.Mix(tileRows, _scores + (tile * Block), rows, visible, _output + (tile * padded), padded);
                }
            }
        }
    }

    void Cap(int tile, int rows, int pages)
    {
        for (int r = tile; r < tile + rows; r++)
        {
            ScoreCaps.Apply(_scores + (r * Block), pages * Page, _shape.SoftCap);
        }
    }

    // Where the window of the earliest query begins.
    int FirstBlock(int first, int count)
    {
        int position = int.MaxValue;
        for (int query = first; _shape.Window > 0 && query < first + count; query += _shape.HeadsPerKey)
        {
            position = Math.Min(position, _shape.FirstSeen(_queries.Position(query)));
        }

        return position == int.MaxValue ? 0 : position / Block * Block;
    }

    // Positions of the block up to the last that a query of the tile sees.
    int Visible(int tile, int rows, int block, int seen) => Math.Min(seen, _queries.Position(tile + rows - 1) + 1 - block);

    // Replaces a tile's scores by p = exp(s − m), 0 for what a query does not see. First all maxima, then all exponentials, so that the
    // long chains of several queries run side by side.
    void Soften(int tile, int rows, int block, int pages)
    {
        for (int r = tile; r < tile + rows; r++)
        {
            float* scores = _scores + (r * Block);
            int position = _queries.Position(r), first = _shape.FirstSeen(position) - block, end = position + 1 - block;
            if (first > 0 || end < pages * Page)
            {
                Mask(scores, pages, first, end);
            }

            float m = MathF.Max(_maxima[r], Largest(scores, pages));
            if (m != _maxima[r])
            {
                Raise(r, m);
            }
        }

        for (int r = tile; r < tile + rows; r++)
        {
            Exponentials(_scores + (r * Block), pages, Shift(_maxima[r]), _sums + (r * 16));
        }
    }

    // Rescales what was summed under the older maximum; under none, the sums are zeros.
    void Raise(int query, float maximum)
    {
        float former = _maxima[query];
        _maxima[query] = maximum;
        if (former == float.NegativeInfinity)
        {
            return;
        }

        int padded = _shape.PaddedWidth;
        float* sums = _sums + (query * 16), output = _output + (query * padded);
        var correction = VectorMath.Exp(Vector512.Create(former - maximum));
        (Vector512.Load(sums) * correction).Store(sums);
        for (int d = 0; d < padded; d += 16)
        {
            (Vector512.Load(output + d) * correction).Store(output + d);
        }
    }

    // A query that has seen nothing yet has no maximum; what it does not see becomes 0 under any.
    static float Shift(float maximum) => maximum == float.NegativeInfinity ? 0 : maximum;

    static void Exponentials(float* scores, int pages, float shift, float* sums)
    {
        var sum = Vector512.Load(sums);
        for (int i = 0; i < pages * Page; i += 16)
        {
            var p = VectorMath.ExpOfNegative(Vector512.Load(scores + i) - Vector512.Create(shift));
            p.Store(scores + i);
            sum += p;
        }

        sum.Store(sums);
    }

    static void Mask(float* scores, int pages, int first, int end)
    {
        for (int i = 0; i < pages * 16; i += 16)
        {
            var index = Vector512<int>.Indices + Vector512.Create(i);
            var visible = Vector512.LessThan(index, Vector512.Create(end)) & Vector512.GreaterThanOrEqual(index, Vector512.Create(first));
            Vector512.ConditionalSelect(visible.AsSingle(), Vector512.Load(scores + i), Vector512.Create(float.NegativeInfinity))
                .Store(scores + i);
        }
    }

    // A NaN may be lost here: its p is NaN again, and so is the sum.
    static float Largest(float* scores, int pages)
    {
        var lanes = Vector512.Load(scores);
        for (int i = 16; i < pages * Page; i += 16)
        {
            lanes = Vector512.MaxNative(lanes, Vector512.Load(scores + i));
        }

        var eight = Vector256.MaxNative(lanes.GetLower(), lanes.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    // y = output / Σp and logSumExp = m + ln Σp.
    void Finish(float* logSumExp, float* y)
    {
        int padded = _shape.PaddedWidth;
        for (int query = 0; query < _queries.Count; query++)
        {
            float sum = Lanes.Sum(Vector512.Load(_sums + (query * 16)));
            _queries.Store(_shape, query, _output + (query * padded), 1f / sum, y);
            logSumExp[((long)_queries.BatchRow(query) * _shape.Heads) + _queries.Head(query)] = _maxima[query] + MathF.Log(sum);
        }
    }
}
