using Hone.Tensors.Kernels;

namespace Hone.Tensors.Measurement;

/// <summary>A device that tells where the time goes: it passes every call on and keeps its time, cost and allocation.</summary>
/// <remarks>
/// A call stands between <see cref="OperationClock.Begin"/> and <see cref="OperationClock.End"/>, not in a lambda, which would allocate.
/// </remarks>
public sealed class MeasuredDevice(Device inner) : Device
{
    /// <summary>The phase that the head's operations are counted in, whatever phase the step is in.</summary>
    public const string HeadPhase = "head";

    /// <summary>The phase in which the head's operations are the sampler's own and stay where they are.</summary>
    public const string SamplingPhase = "sampling";

    readonly HashSet<object> _adapter = [];

    public OperationClock Clock { get; } = new();

    /// <summary>The LM head's weights: products with them are counted as <see cref="HeadPhase"/>.</summary>
    public PackedMatrix? HeadWeights { get; set; }

    public override string Description => inner.Description;

    /// <summary>Products with these factors, and their gradients, count as low-rank ones.</summary>
    public void Watch(IEnumerable<Parameter> factors)
    {
        foreach (var factor in factors)
        {
            _adapter.Add(factor.Packed!);
            _adapter.Add(factor.Tree!);
        }
    }

    public override Compute Compute => inner.Compute;

    public override Arena NewArena() => inner.NewArena();

    public override void ForEach(int count, Action<int> work)
    {
        var start = OperationClock.Begin();
        inner.ForEach(count, work);
        Clock.End(start, Operation.ForEach, default);
    }

    public override void Linear(Tensor x, PackedMatrix w, Tensor y, Tensor? start)
    {
        var began = OperationClock.Begin();
        inner.Linear(x, w, y, start);
        Clock.End(
            began, _adapter.Contains(w) ? Operation.LowRank : Operation.Linear,
            OperationCost.Linear(x.Rows, w.K, w.N, w.ElementType, Compute, start is not null), PhaseOf(w));
    }

    public override void LinearInputGradient(Tensor dy, PackedMatrix w, Tensor dx, bool accumulate)
    {
        var start = OperationClock.Begin();
        inner.LinearInputGradient(dy, w, dx, accumulate);
        Clock.End(
            start, _adapter.Contains(w) ? Operation.LowRankInputGradient : Operation.LinearInputGradient,
            OperationCost.LinearInputGradient(dy.Rows, w.K, w.N, w.ElementType, Compute, accumulate), PhaseOf(w));
    }

    public override void LinearWeightGradient(Tensor dy, Tensor x, int[] groupStarts, GradientTree tree)
    {
        var start = OperationClock.Begin();
        inner.LinearWeightGradient(dy, x, groupStarts, tree);
        Clock.End(
            start, _adapter.Contains(tree) ? Operation.LowRankWeightGradient : Operation.LinearWeightGradient,
            OperationCost.LinearWeightGradient(x.Rows, tree.K, tree.N, groupStarts.Length - 1));
    }

    public override void FinishGradient(GradientTree tree, Tensor gradient)
    {
        int leaves = tree.NextLeaf;
        var start = OperationClock.Begin();
        inner.FinishGradient(tree, gradient);
        Clock.End(start, Operation.FinishGradient, OperationCost.FinishGradient(gradient.Length, leaves));
    }

    public override void Repack(PackedMatrix w, Tensor values)
    {
        var start = OperationClock.Begin();
        inner.Repack(w, values);
        Clock.End(start, Operation.Repack, OperationCost.Repack(values.Length));
    }

    public override void Gather(PackedMatrix table, int[] ids, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Gather(table, ids, y);
        Clock.End(start, Operation.Gather, OperationCost.Gather(y.Rows, y.Columns, table.ElementType));
    }

    public override void GatherGradient(Tensor dy, int[] ids, int[] groupStarts, SparseGradientTree tree)
    {
        var start = OperationClock.Begin();
        inner.GatherGradient(dy, ids, groupStarts, tree);
        Clock.End(start, Operation.GatherGradient, OperationCost.ScatterAddRows(dy.Rows, dy.Columns));
    }

    public override void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor target)
    {
        var start = OperationClock.Begin();
        inner.GatherRows(x, rows, target);
        Clock.End(start, Operation.GatherRows, OperationCost.GatherRows(target.Rows, target.Columns));
    }

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<float> scales, int[] rows, Tensor target)
    {
        var start = OperationClock.Begin();
        inner.ScatterAddRows(x, scales, rows, target);
        Clock.End(start, Operation.ScatterAddRows, OperationCost.ScatterAddRows(x.Rows, x.Columns));
    }

    public override void Head(Tensor hidden, PackedMatrix head, HeadPredictions predictions, Tensor? directions, Arena scratch)
    {
        var start = OperationClock.Begin();
        inner.Head(hidden, head, predictions, directions, scratch);
        Clock.End(
            start, Operation.Head,
            OperationCost.Head(predictions.Count, head.K, head.N, head.ElementType, Compute, directions is not null), HeadPhase);
    }

    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, Tensor invRms, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.RmsNorm(x, weight, epsilon, invRms, y);
        Clock.End(start, Operation.RmsNorm, OperationCost.RmsNorm(x.Rows, x.Columns));
    }

    public override void RmsNormInputGradient(Tensor dy, Tensor x, Tensor weight, Tensor invRms, Tensor dx, bool accumulate)
    {
        var start = OperationClock.Begin();
        inner.RmsNormInputGradient(dy, x, weight, invRms, dx, accumulate);
        Clock.End(start, Operation.RmsNormInputGradient, OperationCost.RmsNormInputGradient(x.Rows, x.Columns, accumulate));
    }

    public override void RmsNormWeightGradient(
        Tensor dy, Tensor x, Tensor invRms, int[] groupStarts, int rowsPerToken, GradientTree tree)
    {
        var start = OperationClock.Begin();
        inner.RmsNormWeightGradient(dy, x, invRms, groupStarts, rowsPerToken, tree);
        Clock.End(start, Operation.RmsNormWeightGradient, OperationCost.RmsNormWeightGradient(x.Rows, x.Columns));
    }

    public override void Rotate(Tensor x, int headWidth, int[] positions, RotaryTables tables, bool inverse)
    {
        var start = OperationClock.Begin();
        inner.Rotate(x, headWidth, positions, tables, inverse);
        Clock.End(start, Operation.Rotate, OperationCost.Rotate(x.Rows, x.Columns));
    }

    public override void PlaceKeysAndValues(in AttentionShape shape, AttentionPlan plan, Tensor k, Tensor v, KeyValuePages pages)
    {
        var start = OperationClock.Begin();
        inner.PlaceKeysAndValues(shape, plan, k, v, pages);
        Clock.End(start, Operation.PlaceKeysAndValues, OperationCost.PlaceKeysAndValues(shape, plan.Placements.Length));
    }

    public override void Attention(
        in AttentionShape shape, AttentionPlan plan, Tensor q, KeyValuePages pages, Tensor logSumExp, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Attention(shape, plan, q, pages, logSumExp, y);
        Clock.End(start, Operation.Attention, OperationCost.Attention(shape, AttentionWork.Of(plan, shape.Window)));
    }

    public override void AttentionInputGradient(
        in AttentionShape shape, AttentionPlan plan, AttentionTensors kept, Tensor dy, Arena scratch, Tensor dq, Tensor dk, Tensor dv)
    {
        var start = OperationClock.Begin();
        inner.AttentionInputGradient(shape, plan, kept, dy, scratch, dq, dk, dv);
        Clock.End(start, Operation.AttentionInputGradient, OperationCost.AttentionInputGradient(shape, AttentionWork.Of(plan, shape.Window)));
    }

    public override void Gate(Activation activation, Tensor gate, Tensor up, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Gate(activation, gate, up, y);
        Clock.End(start, Operation.Gate, OperationCost.Gate(y.Length));
    }

    public override void GateInputGradient(Activation activation, Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp)
    {
        var start = OperationClock.Begin();
        inner.GateInputGradient(activation, dy, gate, up, dGate, dUp);
        Clock.End(start, Operation.GateInputGradient, OperationCost.GateInputGradient(dy.Length));
    }

    public override void AddBias(Tensor bias, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.AddBias(bias, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));
    }

    public override void BiasGradient(Tensor dy, int[] groupStarts, GradientTree tree)
    {
        var start = OperationClock.Begin();
        inner.BiasGradient(dy, groupStarts, tree);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(dy.Length, operands: 1, flops: 1));
    }

    public override void SplitColumns(Tensor x, Tensor[] parts)
    {
        var start = OperationClock.Begin();
        inner.SplitColumns(x, parts);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(x.Length, operands: 2, flops: 0));
    }

    public override void JoinColumns(Tensor[] parts, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.JoinColumns(parts, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 0));
    }

    public override void AddScaled(Tensor x, float scale, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.AddScaled(x, scale, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 3, flops: 2));
    }

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<int> rows, Tensor target)
    {
        var start = OperationClock.Begin();
        inner.ScatterAddRows(x, rows, target);
        Clock.End(start, Operation.ScatterAddRows, OperationCost.ScatterAddRows(x.Rows, x.Columns));
    }

    public override void ClampedSwiGlu(Tensor gate, Tensor up, float alpha, float limit, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.ClampedSwiGlu(gate, up, alpha, limit, y);
        Clock.End(start, Operation.Gate, OperationCost.Gate(y.Length));
    }

    public override void ClampedSwiGluInputGradient(
        Tensor dy, Tensor gate, Tensor up, float alpha, float limit, Tensor dGate, Tensor dUp)
    {
        var start = OperationClock.Begin();
        inner.ClampedSwiGluInputGradient(dy, gate, up, alpha, limit, dGate, dUp);
        Clock.End(start, Operation.GateInputGradient, OperationCost.GateInputGradient(dy.Length));
    }

    public override void Sigmoid(Tensor x, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Sigmoid(x, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: OperationCost.ExponentialFlops));
    }

    public override void SigmoidInputGradient(Tensor dy, Tensor y, Tensor dx)
    {
        var start = OperationClock.Begin();
        inner.SigmoidInputGradient(dy, y, dx);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 3, flops: 3));
    }

    public override void Route(Tensor logits, bool overAll, int[] experts, Tensor weights)
    {
        var start = OperationClock.Begin();
        inner.Route(logits, overAll, experts, weights);
        Clock.End(start, Operation.Route, OperationCost.Route(logits.Rows, logits.Columns, weights.Columns));
    }

    public override void RouteInputGradient(
        Tensor logits, bool overAll, int[] experts, Tensor weights, Tensor dWeights, Tensor dLogits)
    {
        var start = OperationClock.Begin();
        inner.RouteInputGradient(logits, overAll, experts, weights, dWeights, dLogits);
        Clock.End(start, Operation.RouteInputGradient, OperationCost.RouteInputGradient(logits.Rows, logits.Columns, weights.Columns));
    }

    public override void ScaleRows(Tensor x, Tensor scales, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.ScaleRows(x, scales, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));
    }

    public override void ScaleRowsInputGradient(Tensor dy, Tensor x, Tensor scales, Tensor dx, Tensor dScales)
    {
        var start = OperationClock.Begin();
        inner.ScaleRowsInputGradient(dy, x, scales, dx, dScales);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(dy.Length, operands: 3, flops: 3));
    }

    public override void AddScaledBias(Tensor bias, Tensor scales, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.AddScaledBias(bias, scales, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 2));
    }

    public override void BiasScaleGradient(Tensor dy, Tensor bias, Tensor dScales)
    {
        var start = OperationClock.Begin();
        inner.BiasScaleGradient(dy, bias, dScales);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(dy.Length, operands: 1, flops: 2));
    }

    public override void AddSinks(Tensor sinks, Tensor logSumExp, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.AddSinks(sinks, logSumExp, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));
    }

    public override void SinkGradient(Tensor sinks, Tensor logSumExp, Tensor y, Tensor dy, int[] groupStarts, GradientTree tree)
    {
        var start = OperationClock.Begin();
        inner.SinkGradient(sinks, logSumExp, y, dy, groupStarts, tree);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 2));
    }

    public override void FormLogits(LogitForm form, Tensor logits)
    {
        var start = OperationClock.Begin();
        inner.FormLogits(form, logits);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(logits.Length, operands: 2, flops: 1));
    }

    public override void Copy(Tensor x, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Copy(x, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 0));
    }

    public override void Add(Tensor x, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Add(x, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 3, flops: 1));
    }

    public override void Scale(float scale, Tensor y)
    {
        var start = OperationClock.Begin();
        inner.Scale(scale, y);
        Clock.End(start, Operation.ElementWise, OperationCost.ElementWise(y.Length, operands: 2, flops: 1));
    }

    public override void LogSoftmaxInputGradient(Tensor logits, HeadRows rows)
    {
        var start = OperationClock.Begin();
        inner.LogSoftmaxInputGradient(logits, rows);
        Clock.End(start, Operation.LogSoftmaxInputGradient, OperationCost.LogSoftmaxInputGradient(rows.Count, logits.Columns), HeadPhase);
    }

    string? PhaseOf(PackedMatrix w) => w == HeadWeights && Clock.Phase != SamplingPhase ? HeadPhase : null;
}
