using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// Backward of <see cref="Attention"/>: p = exp(scale · q·k − logSumExp) is computed again, dp = dy · v, δ = dy · y,
/// ds = p (dp − δ), with a soft cap times its slope; dq = scale · Σ_j ds_j k_j, dk_j = Σ_q ds_j scale · q, dv_j = Σ_q p_j dy.
/// </summary>
/// <remarks>
/// One task sums the whole of a group for one key/value head: segments in order, queries in order, keys ascending. dq is assigned;
/// dk and dv are added to, into padded rows [T, padded D] of the head that hold zeros before.
/// Within 1e-5 of the double reference relative to the largest value (AttentionTests).
/// </remarks>
public readonly unsafe ref struct AttentionGradient
{
    const int Tile = AttentionProducts.Tile;
    const int Block = AttentionProducts.Block;
    const int Page = AttentionPlan.PageSize;

    readonly ref readonly AttentionShape _shape;
    readonly ref readonly Inputs _inputs;
    readonly QueryBundle _queries;
    readonly AttentionPlan.Segment _segment;
    readonly int _keyValueHead;
    readonly float* _scaled;
    readonly float* _upstream;
    readonly float* _gradient;
    readonly float* _p;
    readonly float* _ds;
    readonly float* _logSumExp;
    readonly float* _deltas;

    AttentionGradient(in AttentionShape shape, AttentionPlan plan, AttentionPlan.QueryTask task, int keyValueHead, in Inputs inputs)
    {
        int padded = shape.PaddedWidth, count = task.Rows * shape.HeadsPerKey;
        _shape = ref shape;
        _inputs = ref inputs;
        _segment = plan.SegmentSpan[task.Segment];
        _keyValueHead = keyValueHead;
        _scaled = ThreadScratch.Floats((count * ((3 * padded) + (2 * Block) + 2)) + (2 * task.Rows));
        _upstream = _scaled + (count * padded);
        _gradient = _upstream + (count * padded);
        _p = _gradient + (count * padded);
        _ds = _p + (count * Block);
        _logSumExp = _ds + (count * Block);
        _deltas = _logSumExp + count;
        _queries = new QueryBundle(shape, plan, task, keyValueHead, (int*)(_deltas + count));
    }

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
        in AttentionShape shape, AttentionPlan plan, int segment, int keyValueHead, in Inputs inputs, float* dq, float* dkHead, float* dvHead)
    {
        int rows = plan.SegmentSpan[segment].Count;
        for (int start = 0; start < rows; start += shape.RowsPerTask)
        {
            var task = new AttentionPlan.QueryTask(segment, 1, start, Math.Min(shape.RowsPerTask, rows - start), 0);
            var work = new AttentionGradient(shape, plan, task, keyValueHead, inputs);
            work.Begin();
            work.Blocks(plan.PagesOf(segment), dkHead, dvHead);
            work.Finish(dq);
        }
    }

    void Begin()
    {
        _queries.LoadScaled(_shape, _inputs.Q, _shape.Scale, _scaled);
        _queries.LoadScaled(_shape, _inputs.GradientOfY, 1, _upstream);
        new Span<float>(_gradient, _queries.Count * _shape.PaddedWidth).Clear();
        for (int query = 0; query < _queries.Count; query++)
        {
            _logSumExp[query] = _inputs.LogSumExp[((long)_queries.BatchRow(query) * _shape.Heads) + _queries.Head(query)];
            _deltas[query] = Delta(query);
        }
    }

    void Finish(float* dq)
    {
        for (int query = 0; query < _queries.Count; query++)
        {
            _queries.Store(_shape, query, _gradient + (query * _shape.PaddedWidth), _shape.Scale, dq);
        }
    }

    [SkipLocalsInit]
    void Blocks(ReadOnlySpan<int> pages, float* dkHead, float* dvHead)
    {
        float** rows = stackalloc float*[Block];
        float** queries = stackalloc float*[_queries.Count];
        int padded = _shape.PaddedWidth, limit = _queries.Position(_queries.Count - 1) + 1;
        for (int block = _shape.FirstSeen(_queries.Position(0)) / Block * Block; block < limit; block += Block)
        {
            int seen = Math.Min(Block, limit - block);
            var blockPages = pages.Slice(block / Page, (seen + Page - 1) / Page);
            int first = FirstQuery(block), count = _queries.Count - first;
            AttentionPages.Transposed(_shape, blockPages, _keyValueHead, _inputs.KeyPages, rows);
            Scores(_scaled, rows, first, seen, _p);
            AttentionPages.Transposed(_shape, blockPages, _keyValueHead, _inputs.ValuePages, rows);
            Scores(_upstream, rows, first, seen, _ds);
            ScoreGradients(first, block, seen);

            BatchRows(block, seen, _inputs.K + (_keyValueHead * _shape.HeadWidth), _shape.KeyValueHeads * _shape.HeadWidth, rows);
            for (int tile = first; tile < _queries.Count; tile += Tile)
            {
                AttentionProducts.Mix(
                    Math.Min(Tile, _queries.Count - tile), _ds + (tile * Block), rows, seen, _gradient + (tile * padded), padded);
            }

            BatchRows(block, seen, dkHead, padded, rows);
            Pointers(_scaled, first, queries);
            AttentionProducts.Spread(_ds + (first * Block), queries, count, padded, rows, seen);
            BatchRows(block, seen, dvHead, padded, rows);
            Pointers(_upstream, first, queries);
            AttentionProducts.Spread(_p + (first * Block), queries, count, padded, rows, seen);
        }
    }

    // The first query that sees the block: those before it end earlier.
    int FirstQuery(int block)
    {
        int query = 0;
        while (_queries.Position(query) < block)
        {
            query += _shape.HeadsPerKey;
        }

        return query;
    }

    void Scores(float* a, float** pages, int first, int seen, float* scores)
    {
        int padded = _shape.PaddedWidth;
        for (int tile = first; tile < _queries.Count; tile += Tile)
        {
            AttentionProducts.Scores(
                Math.Min(Tile, _queries.Count - tile), a + (tile * padded), padded, pages, seen, _shape.HeadWidth, scores + (tile * Block));
        }
    }

    void Pointers(float* memory, int first, float** rows)
    {
        for (int query = first; query < _queries.Count; query++)
        {
            rows[query - first] = memory + (query * _shape.PaddedWidth);
        }
    }

    void BatchRows(int position, int count, float* memory, int stride, float** rows)
    {
        for (int j = 0; j < count; j++)
        {
            rows[j] = memory + ((long)_segment.RowOf(position + j) * stride);
        }
    }

    // δ = dy · y, in sixteen lanes.
    float Delta(int query)
    {
        var y = new ReadOnlySpan<float>(_queries.Source(_shape, _inputs.Y, query), _shape.HeadWidth);
        float* upstream = _upstream + (query * _shape.PaddedWidth);
        var sum = Vector512<float>.Zero;
        for (int d = 0; d < _shape.HeadWidth; d += 16)
        {
            sum = Vector512.MultiplyAddEstimate(Vector512.Load(upstream + d), Lanes.Load(y, d), sum);
        }

        return Lanes.Sum(sum);
    }

    // Turns scores into p, and dp into ds. Both become 0 outside a query's sight.
    void ScoreGradients(int first, int block, int seen)
    {
        for (int query = first; query < _queries.Count; query++)
        {
            int position = _queries.Position(query), from = _shape.FirstSeen(position) - block, end = position + 1 - block;
            float* p = _p + (query * Block), ds = _ds + (query * Block);
            if (_shape.SoftCap > 0)
            {
                ScoreGradients<SoftCapped>(p, ds, seen, from, end, _logSumExp[query], _deltas[query], _shape.SoftCap);
            }
            else
            {
                ScoreGradients<Uncapped>(p, ds, seen, from, end, _logSumExp[query], _deltas[query], 0);
            }
        }
    }

    static void ScoreGradients<TCap>(float* p, float* ds, int seen, int first, int end, float logSumExp, float delta, float cap)
        where TCap : struct, IScoreCap
    {
        for (int j = 0; j < seen; j += 16)
        {
            var score = TCap.Capped(Vector512.Load(p + j), cap);
            var probability = VectorMath.Exp(score - Vector512.Create(logSumExp));
            var slope = TCap.Through(probability * (Vector512.Load(ds + j) - Vector512.Create(delta)), score, cap);
            if (j < first || j + 16 > end)
            {
                var index = Vector512<int>.Indices + Vector512.Create(j);
                var visible = (Vector512.LessThan(index, Vector512.Create(end))
                    & Vector512.GreaterThanOrEqual(index, Vector512.Create(first))).AsSingle();
                probability = Vector512.ConditionalSelect(visible, probability, Vector512<float>.Zero);
                slope = Vector512.ConditionalSelect(visible, slope, Vector512<float>.Zero);
            }

            probability.Store(p + j);
            slope.Store(ds + j);
        }
    }

    interface IScoreCap
    {
        static abstract Vector512<float> Capped(Vector512<float> score, float cap);

        static abstract Vector512<float> Through(Vector512<float> gradient, Vector512<float> capped, float cap);
    }

    readonly struct Uncapped : IScoreCap
    {
        public static Vector512<float> Capped(Vector512<float> score, float cap) => score;

        public static Vector512<float> Through(Vector512<float> gradient, Vector512<float> capped, float cap) => gradient;
    }

    readonly struct SoftCapped : IScoreCap
    {
        public static Vector512<float> Capped(Vector512<float> score, float cap) => ScoreCaps.Capped(score, cap);

        public static Vector512<float> Through(Vector512<float> gradient, Vector512<float> capped, float cap) =>
            gradient * ScoreCaps.Slope(capped, cap);
    }
}
