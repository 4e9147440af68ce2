namespace Hone.Tensors.Measurement;

/// <summary>What a plan asks of attention.</summary>
/// <param name="Rows">Query rows.</param>
/// <param name="VisibleKeys">Σ over query rows of the keys that the row sees.</param>
/// <param name="Keys">Keys that are read once for each segment of consecutive rows.</param>
public readonly record struct AttentionWork(long Rows, double VisibleKeys, long Keys)
{
    public static AttentionWork operator +(AttentionWork a, AttentionWork b) =>
        new(a.Rows + b.Rows, a.VisibleKeys + b.VisibleKeys, a.Keys + b.Keys);

    public static AttentionWork Add(AttentionWork a, AttentionWork b) => a + b;

    /// <summary>Consecutive query rows of one sequence, the first at <paramref name="firstPosition"/>: the row at position p sees p + 1 keys.</summary>
    public static AttentionWork Segment(long rows, long firstPosition) =>
        new(rows, (rows * (firstPosition + 1.0)) + (rows * (rows - 1.0) / 2), rows == 0 ? 0 : firstPosition + rows);

    public static AttentionWork Of(AttentionPlan plan)
    {
        var work = default(AttentionWork);
        foreach (ref readonly var segment in plan.SegmentSpan)
        {
            work += Segment(segment.Count, segment.FirstPosition);
        }

        return work;
    }
}
