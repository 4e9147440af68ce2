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

    /// <summary>
    /// Consecutive query rows of one sequence, the first at <paramref name="firstPosition"/>: the row at position p sees p + 1 keys, or as many
    /// as the window has.
    /// </summary>
    /// <param name="window">0: none.</param>
    public static AttentionWork Segment(long rows, long firstPosition, long window = 0)
    {
        // Rows before the window is full see all before them; each of the others sees the window.
        long growing = window > 0 ? Math.Clamp(window - firstPosition, 0, rows) : rows;
        double visible = (growing * (firstPosition + 1.0)) + (growing * (growing - 1.0) / 2) + ((rows - growing) * (double)window);
        long hidden = window > 0 ? Math.Max(0, firstPosition + 1 - window) : 0;
        return new(rows, visible, rows == 0 ? 0 : firstPosition + rows - hidden);
    }

    /// <param name="window">0: none.</param>
    public static AttentionWork Of(AttentionPlan plan, int window = 0)
    {
        var work = default(AttentionWork);
        foreach (ref readonly var segment in plan.SegmentSpan)
        {
            work += Segment(segment.Count, segment.FirstPosition, window);
        }

        return work;
    }
}
