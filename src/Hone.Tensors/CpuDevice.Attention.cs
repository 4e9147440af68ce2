using Hone.Tensors.Kernels;

namespace Hone.Tensors;

public sealed unsafe partial class CpuDevice
{
    // Each element of a transposed page lies on a cache line of its own.
    const int CostOfTransposing = 8;

    public override void PlaceKeysAndValues(in AttentionShape shape, AttentionPlan plan, Tensor k, Tensor v, KeyValuePages pages)
    {
        var heads = shape;
        Rows(plan.Placements.Length, CostOfTransposing * k.Columns, (start, count) =>
        {
            foreach (var (row, slot) in plan.Placements.Slice(start, count))
            {
                AttentionPages.PlaceTransposed(heads, k.Row(row), slot, pages.Keys);
                AttentionPages.PlacePlain(heads, v.Row(row), slot, pages.Values);
            }
        });
    }

    public override void Attention(
        in AttentionShape shape, AttentionPlan plan, Tensor q, KeyValuePages pages, Tensor logSumExp, Tensor y)
    {
        var region = new ForwardRegion(shape, plan, q, pages, logSumExp, y);
        workers.Run(plan.TasksFor(shape) * shape.KeyValueHeads, ref region);
    }

    public override void AddSinks(Tensor sinks, Tensor logSumExp, Tensor y) => Rows(y.Rows, y.Columns, (start, count) =>
    {
        for (int row = start; row < start + count; row++)
        {
            AttentionSinks.Forward(sinks.Span, logSumExp.RowSpan(row), y.RowSpan(row));
        }
    });

    public override void SinkGradient(Tensor sinks, Tensor logSumExp, Tensor y, Tensor dy, int[] groupStarts, GradientTree tree)
    {
        float[] leaf = new float[sinks.Columns];
        for (int g = 0; g + 1 < groupStarts.Length; g++)
        {
            Array.Clear(leaf);
            for (int row = groupStarts[g]; row < groupStarts[g + 1]; row++)
            {
                AttentionSinks.AddGradient(sinks.Span, logSumExp.RowSpan(row), y.RowSpan(row), dy.RowSpan(row), leaf);
            }

            tree.AddLeaf(leaf);
        }
    }

    public override void AttentionInputGradient(
        in AttentionShape shape, AttentionPlan plan, AttentionTensors kept, Tensor dy, Arena scratch, Tensor dq, Tensor dk, Tensor dv)
    {
        var mark = scratch.Mark();
        float* valuePages = scratch.New(plan.TransientPages, shape.TransposedPage).Pointer;
        var heads = shape;
        Rows(plan.Placements.Length, CostOfTransposing * kept.V.Columns, (start, count) =>
        {
            foreach (var (row, slot) in plan.Placements.Slice(start, count))
            {
                AttentionPages.PlaceTransposed(heads, kept.V.Row(row), slot, valuePages);
            }
        });

        var gradients = scratch.New(2 * shape.KeyValueHeads * dk.Rows, shape.PaddedWidth);
        var region = new BackwardRegion(shape, plan, kept, valuePages, dy, dq, dk, dv, gradients.Pointer);
        workers.Run((plan.GroupSegments.Length - 1) * shape.KeyValueHeads, ref region);
        scratch.Release(mark);
    }

    readonly struct ForwardRegion(
        AttentionShape shape, AttentionPlan plan, Tensor q, KeyValuePages pages, Tensor logSumExp, Tensor y) : IRegion
    {
        public void Run(int task)
        {
            // Head by head, so that a prompt's keys and values stay in the cache for the completions that follow it.
            int head = task / plan.Tasks.Length;
            Kernels.Attention.Forward(
                shape, plan, plan.Tasks[task % plan.Tasks.Length], head, q.Pointer, pages, logSumExp.Pointer, y.Pointer);
        }
    }

    // A task sums dk and dv of one group and one key/value head in padded rows of its own, and then writes them out.
    readonly struct BackwardRegion(
        AttentionShape shape, AttentionPlan plan, AttentionTensors kept, float* valuePages, Tensor dy, Tensor dq, Tensor dk, Tensor dv,
        float* gradients) : IRegion
    {
        public void Run(int task)
        {
            int group = task / shape.KeyValueHeads, head = task % shape.KeyValueHeads;
            var segments = plan.SegmentSpan[plan.GroupSegments[group]..plan.GroupSegments[group + 1]];
            int firstRow = segments[0].Row, rows = segments[^1].Row + segments[^1].Count - firstRow;
            long offset = (long)head * dk.Rows * shape.PaddedWidth;
            float* dkHead = gradients + offset, dvHead = gradients + ((long)shape.KeyValueHeads * dk.Rows * shape.PaddedWidth) + offset;
            Clear(dkHead, firstRow, rows);
            Clear(dvHead, firstRow, rows);
            var inputs = new AttentionGradient.Inputs
            {
                Q = kept.Q.Pointer,
                K = kept.K.Pointer,
                Y = kept.Y.Pointer,
                GradientOfY = dy.Pointer,
                LogSumExp = kept.LogSumExp.Pointer,
                KeyPages = kept.Pages.Keys,
                ValuePages = valuePages,
            };
            for (int segment = plan.GroupSegments[group]; segment < plan.GroupSegments[group + 1]; segment++)
            {
                AttentionGradient.Segment(shape, plan, segment, head, inputs, dq.Pointer, dkHead, dvHead);
            }

            WriteOut(dkHead, dk, head, firstRow, rows);
            WriteOut(dvHead, dv, head, firstRow, rows);
        }

        void Clear(float* head, int firstRow, int rows) =>
            new Span<float>(head + ((long)firstRow * shape.PaddedWidth), rows * shape.PaddedWidth).Clear();

        void WriteOut(float* source, Tensor target, int head, int firstRow, int rows)
        {
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                new ReadOnlySpan<float>(source + ((long)row * shape.PaddedWidth), shape.HeadWidth)
                    .CopyTo(target.RowSpan(row).Slice(head * shape.HeadWidth, shape.HeadWidth));
            }
        }
    }
}
