using Hone.Tensors.Kernels;
using Hone.Tensors.Measurement;

namespace Hone.Tensors.Planning;

/// <summary>
/// A device that computes nothing: what runs on it is a dry run. Its arenas only count, so that their peak is the memory that the real
/// device would need; each operation that was asked for is reported with its cost.
/// </summary>
public sealed unsafe class ShapeDevice(Compute compute) : Device
{
    // Factors of an adapter are thin, and nothing else is.
    const int ThinSide = 48;

    /// <summary>Told of each operation, in order.</summary>
    public Action<PlannedOperation>? Observer { get; set; }

    public override string Description => "shapes";

    public override Compute Compute => compute;

    public override Arena NewArena() => new(counts: true);

    public override void ForEach(int count, Action<int> work)
    {
    }

    public override void Linear(Tensor x, PackedMatrix w, Tensor y, Tensor? start) => Product(
        IsThin(w) ? Operation.LowRank : Operation.Linear, x.Rows, w,
        OperationCost.Linear(x.Rows, w.K, w.N, w.ElementType, compute, start is not null));

    public override void LinearInputGradient(Tensor dy, PackedMatrix w, Tensor dx, bool accumulate) => Product(
        IsThin(w) ? Operation.LowRankInputGradient : Operation.LinearInputGradient, dy.Rows, w,
        OperationCost.LinearInputGradient(dy.Rows, w.K, w.N, w.ElementType, compute, accumulate));

    public override void LinearWeightGradient(Tensor dy, Tensor x, int[] groupStarts, GradientTree tree) => Report(
        Math.Min(tree.N, tree.K) <= ThinSide ? Operation.LowRankWeightGradient : Operation.LinearWeightGradient, x.Rows,
        OperationCost.LinearWeightGradient(x.Rows, tree.K, tree.N, groupStarts.Length - 1));

    public override void FinishGradient(GradientTree tree, Tensor gradient) =>
        Report(Operation.FinishGradient, gradient.Rows, OperationCost.FinishGradient(gradient.Length, groups: 1));

    public override void Repack(PackedMatrix w, Tensor values) => Report(Operation.Repack, w.N, OperationCost.Repack(values.Length));

    public override void Gather(PackedMatrix table, int[] ids, Tensor y) =>
        Report(Operation.Gather, y.Rows, OperationCost.Gather(y.Rows, y.Columns, table.ElementType));

    public override void GatherGradient(Tensor dy, int[] ids, int[] groupStarts, SparseGradientTree tree) =>
        Report(Operation.GatherGradient, dy.Rows, OperationCost.ScatterAddRows(dy.Rows, dy.Columns));

    public override void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor target) =>
        Report(Operation.GatherRows, target.Rows, OperationCost.GatherRows(target.Rows, target.Columns));

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<float> scales, int[] rows, Tensor target) =>
        Report(Operation.ScatterAddRows, x.Rows, OperationCost.ScatterAddRows(x.Rows, x.Columns));

    // Asks for the memory that CpuDevice.Head asks for.
    public override void Head(Tensor hidden, PackedMatrix head, HeadPredictions predictions, Tensor? directions, Arena scratch)
    {
        int segments = VocabularySums.Segments(head.N), perTask = CpuDevice.HeadRowsPerTask;
        int most = Math.Max(perTask, CpuDevice.HeadSumFloats / (segments * head.K) / perTask * perTask);
        for (int start = 0; start < predictions.Count; start += most)
        {
            int count = Math.Min(most, predictions.Count - start);
            var mark = scratch.Mark();
            scratch.New(count, head.K);
            if (Rounds(head))
            {
                scratch.New(1, (int)(RoundedRows.BytesOf(count, head.K, MatMulBf16.Path) / sizeof(float)));
            }

            scratch.New(segments * count, sizeof(VocabularySums) / sizeof(float));
            scratch.New(count, 1);
            if (directions is not null)
            {
                scratch.New(segments * count, head.K);
            }

            scratch.Release(mark);
        }

        Product(
            Operation.Head, predictions.Count, head,
            OperationCost.Head(predictions.Count, head.K, head.N, head.ElementType, compute, directions is not null));
    }

    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, Tensor invRms, Tensor y) =>
        Report(Operation.RmsNorm, x.Rows, OperationCost.RmsNorm(x.Rows, x.Columns));

    public override void RmsNormInputGradient(Tensor dy, Tensor x, Tensor weight, Tensor invRms, Tensor dx, bool accumulate) =>
        Report(Operation.RmsNormInputGradient, x.Rows, OperationCost.RmsNormInputGradient(x.Rows, x.Columns, accumulate));

    public override void RmsNormWeightGradient(
        Tensor dy, Tensor x, Tensor invRms, int[] groupStarts, int rowsPerToken, GradientTree tree) =>
        Report(Operation.RmsNormWeightGradient, x.Rows, OperationCost.RmsNormWeightGradient(x.Rows, x.Columns));

    public override void Rotate(Tensor x, int headWidth, int[] positions, RotaryTables tables, bool inverse) =>
        Report(Operation.Rotate, x.Rows, OperationCost.Rotate(x.Rows, x.Columns));

    public override void PlaceKeysAndValues(in AttentionShape shape, AttentionPlan plan, Tensor k, Tensor v, KeyValuePages pages) =>
        Report(Operation.PlaceKeysAndValues, k.Rows, OperationCost.PlaceKeysAndValues(shape, plan.Placements.Length));

    public override void Attention(
        in AttentionShape shape, AttentionPlan plan, Tensor q, KeyValuePages pages, Tensor logSumExp, Tensor y) =>
        Report(Operation.Attention, q.Rows, OperationCost.Attention(shape, AttentionWork.Of(plan, shape.Window)));

    public override void AddSinks(Tensor sinks, Tensor logSumExp, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));

    public override void SinkGradient(Tensor sinks, Tensor logSumExp, Tensor y, Tensor dy, int[] groupStarts, GradientTree tree) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 2));

    public override void FormLogits(LogitForm form, Tensor logits) =>
        Report(Operation.ElementWise, logits.Rows, OperationCost.ElementWise(logits.Length, operands: 2, flops: 1));

    // Asks for the memory that CpuDevice.AttentionInputGradient asks for.
    public override void AttentionInputGradient(
        in AttentionShape shape, AttentionPlan plan, AttentionTensors kept, Tensor dy, Arena scratch, Tensor dq, Tensor dk, Tensor dv)
    {
        var mark = scratch.Mark();
        scratch.New(plan.TransientPages, shape.TransposedPage);
        scratch.New(2 * shape.KeyValueHeads * dk.Rows, shape.PaddedWidth);
        scratch.Release(mark);
        Report(Operation.AttentionInputGradient, dy.Rows, OperationCost.AttentionInputGradient(shape, AttentionWork.Of(plan, shape.Window)));
    }

    public override void Gate(Activation activation, Tensor gate, Tensor up, Tensor y) =>
        Report(Operation.Gate, y.Rows, OperationCost.Gate(y.Length));

    public override void GateInputGradient(Activation activation, Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) =>
        Report(Operation.GateInputGradient, dy.Rows, OperationCost.GateInputGradient(dy.Length));

    public override void AddBias(Tensor bias, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));

    public override void BiasGradient(Tensor dy, int[] groupStarts, GradientTree tree) =>
        Report(Operation.ElementWise, dy.Rows, OperationCost.ElementWise(dy.Length, operands: 1, flops: 1));

    public override void SplitColumns(Tensor x, Tensor[] parts) =>
        Report(Operation.ElementWise, x.Rows, OperationCost.ElementWise(x.Length, operands: 2, flops: 0));

    public override void JoinColumns(Tensor[] parts, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 0));

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<int> rows, Tensor target) =>
        Report(Operation.ScatterAddRows, x.Rows, OperationCost.ScatterAddRows(x.Rows, x.Columns));

    public override void ClampedSwiGlu(Tensor gate, Tensor up, float alpha, float limit, Tensor y) =>
        Report(Operation.Gate, y.Rows, OperationCost.Gate(y.Length));

    public override void ClampedSwiGluInputGradient(
        Tensor dy, Tensor gate, Tensor up, float alpha, float limit, Tensor dGate, Tensor dUp) =>
        Report(Operation.GateInputGradient, dy.Rows, OperationCost.GateInputGradient(dy.Length));

    public override void Sigmoid(Tensor x, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: OperationCost.ExponentialFlops));

    public override void SigmoidInputGradient(Tensor dy, Tensor y, Tensor dx) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 3, flops: 3));

    // Which experts a row would go to, its numbers would say. In turn is what a trained router comes close to, and the busiest case: no expert
    // that could be needed is left out.
    public override void Route(Tensor logits, bool overAll, int[] experts, Tensor weights)
    {
        for (int choice = 0; choice < experts.Length; choice++)
        {
            experts[choice] = choice % logits.Columns;
        }

        Report(Operation.Route, logits.Rows, OperationCost.Route(logits.Rows, logits.Columns, weights.Columns));
    }

    public override void RouteInputGradient(
        Tensor logits, bool overAll, int[] experts, Tensor weights, Tensor dWeights, Tensor dLogits) =>
        Report(Operation.RouteInputGradient, logits.Rows, OperationCost.RouteInputGradient(logits.Rows, logits.Columns, weights.Columns));

    public override void ScaleRows(Tensor x, Tensor scales, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));

    public override void ScaleRowsInputGradient(Tensor dy, Tensor x, Tensor scales, Tensor dx, Tensor dScales) =>
        Report(Operation.ElementWise, dy.Rows, OperationCost.ElementWise(dy.Length, operands: 3, flops: 3));

    public override void AddScaledBias(Tensor bias, Tensor scales, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 2));

    public override void BiasScaleGradient(Tensor dy, Tensor bias, Tensor dScales) =>
        Report(Operation.ElementWise, dy.Rows, OperationCost.ElementWise(dy.Length, operands: 1, flops: 2));

    public override void Copy(Tensor x, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 0));

    public override void Add(Tensor x, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 3, flops: 1));

    public override void AddScaled(Tensor x, float scale, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 3, flops: 2));

    public override void Scale(float scale, Tensor y) =>
        Report(Operation.ElementWise, y.Rows, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));

    public override void LogSoftmaxInputGradient(Tensor logits, HeadRows rows) =>
        Report(Operation.LogSoftmaxInputGradient, rows.Count, OperationCost.LogSoftmaxInputGradient(rows.Count, logits.Columns));

    bool Rounds(PackedMatrix w) => compute == Compute.Bf16 && w.ElementType == ElementType.BF16;

    static bool IsThin(PackedMatrix w) => Math.Min(w.N, w.K) <= ThinSide;

    void Product(Operation operation, long rows, PackedMatrix w, Cost cost) =>
        Observer?.Invoke(new(operation, rows, cost, OperationCost.WeightBytes(w.K, w.N, w.ElementType)));

    void Report(Operation operation, long rows, Cost cost) => Observer?.Invoke(new(operation, rows, cost));
}
