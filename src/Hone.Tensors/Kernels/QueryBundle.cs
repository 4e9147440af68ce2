using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The queries (row, head) of one task: rows of one segment, or all rows of several, for the heads that read one key/value head. Counted
/// segment by segment, row by row, head by head.
/// </summary>
readonly unsafe struct QueryBundle
{
    readonly int _perKey;
    readonly int _firstHead;
    readonly int* _rows;
    readonly int* _positions;

    /// <param name="memory">Two numbers for each row of the task.</param>
    public QueryBundle(in AttentionShape shape, AttentionPlan plan, AttentionPlan.QueryTask task, int keyValueHead, int* memory)
    {
        _perKey = shape.HeadsPerKey;
        _firstHead = keyValueHead * _perKey;
        _rows = memory;
        _positions = memory + task.Rows;
        int next = 0;
        for (int s = task.Segment; s < task.Segment + task.Segments; s++)
        {
            var segment = plan.SegmentSpan[s];
            int rows = task.Segments == 1 ? task.Rows : segment.Count;
            for (int i = task.Start; i < task.Start + rows; i++, next++)
            {
                _rows[next] = segment.Row + i;
                _positions[next] = segment.FirstPosition + i;
            }
        }

        Count = next * _perKey;
    }

    public int Count { get; }

    public int Position(int query) => _positions[query / _perKey];

    public int BatchRow(int query) => _rows[query / _perKey];

    public int Head(int query) => _firstHead + (query % _perKey);

    /// <summary>The queries' rows of x [T, H·D], times <paramref name="scale"/>, zero-padded to [Count, padded D].</summary>
    public void LoadScaled(in AttentionShape shape, float* x, float scale, float* target)
    {
        int padded = shape.PaddedWidth;
        for (int query = 0; query < Count; query++)
        {
            var source = new ReadOnlySpan<float>(Source(shape, x, query), shape.HeadWidth);
            for (int d = 0; d < padded; d += 16)
            {
                (Lanes.Load(source, d) * scale).Store(target + (query * padded) + d);
            }
        }
    }

    /// <summary>Writes [padded D], times <paramref name="scale"/>, to the query's row of x [T, H·D].</summary>
    public void Store(in AttentionShape shape, int query, float* values, float scale, float* x)
    {
        var target = new Span<float>(Source(shape, x, query), shape.HeadWidth);
        for (int d = 0; d < shape.HeadWidth; d += 16)
        {
            Lanes.Store(Vector512.Load(values + d) * scale, target, d);
        }
    }

    public float* Source(in AttentionShape shape, float* x, int query) =>
        x + ((((long)BatchRow(query) * shape.Heads) + Head(query)) * shape.HeadWidth);
}
