using Hone.Tensors.Kernels;

namespace Hone.Tensors;

public sealed unsafe partial class CpuDevice
{
    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, Tensor invRms, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => Kernels.RmsNorm.Forward(
            x.Slice(start, count).Span, weight.Span, epsilon, invRms.Slice(start, count).Span, y.Slice(start, count).Span));

    public override void RmsNormInputGradient(Tensor dy, Tensor x, Tensor weight, Tensor invRms, Tensor dx, bool accumulate) =>
        Rows(x.Rows, x.Columns, (start, count) => Kernels.RmsNorm.Backward(
            dy.Slice(start, count).Span, x.Slice(start, count).Span, weight.Span, invRms.Slice(start, count).Span,
            dx.Slice(start, count).Span, accumulate));

    public override void RmsNormWeightGradient(
        Tensor dy, Tensor x, Tensor invRms, int[] groupStarts, int rowsPerToken, GradientTree tree)
    {
        float[] leaf = new float[x.Columns];
        for (int g = 0; g + 1 < groupStarts.Length; g++)
        {
            int start = groupStarts[g] * rowsPerToken, count = (groupStarts[g + 1] * rowsPerToken) - start;
            Kernels.RmsNorm.WeightGradient(
                dy.Slice(start, count).Span, x.Slice(start, count).Span, invRms.Slice(start, count).Span, leaf);
            tree.AddLeaf(leaf);
        }
    }

    public override void Rotate(Tensor x, int headWidth, int[] positions, RotaryTables tables, bool inverse)
    {
        int heads = x.Columns / headWidth;
        Rows(x.Rows, x.Columns, (start, count) =>
        {
            var rows = x.Slice(start, count).Span;
            var at = positions.AsSpan(start, count);
            if (inverse)
            {
                RotaryEmbedding.Backward(rows, count, heads, headWidth, tables.RotatedWidth, at, tables.Cos, tables.Sin);
            }
            else
            {
                RotaryEmbedding.Forward(rows, count, heads, headWidth, tables.RotatedWidth, at, tables.Cos, tables.Sin);
            }
        });
    }

    public override void SwiGlu(Tensor gate, Tensor up, Tensor y) =>
        Rows(y.Rows, y.Columns, (start, count) => Kernels.SwiGlu.Forward(
            gate.Slice(start, count).Span, up.Slice(start, count).Span, y.Slice(start, count).Span));

    public override void SwiGluInputGradient(Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) =>
        Rows(dy.Rows, dy.Columns, (start, count) => Kernels.SwiGlu.Backward(
            dy.Slice(start, count).Span, gate.Slice(start, count).Span, up.Slice(start, count).Span,
            dGate.Slice(start, count).Span, dUp.Slice(start, count).Span));

    public override void Copy(Tensor x, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => x.Slice(start, count).Span.CopyTo(y.Slice(start, count).Span));

    public override void Add(Tensor x, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => ElementWise.Add(x.Slice(start, count).Span, y.Slice(start, count).Span));

    public override void Scale(float scale, Tensor y) =>
        Rows(y.Rows, y.Columns, (start, count) => ElementWise.Scale(scale, y.Slice(start, count).Span));

    public override void LogSoftmaxInputGradient(Tensor logits, HeadRows rows) =>
        Rows(rows.Count, logits.Columns, (start, count) =>
        {
            for (int row = start; row < start + count; row++)
            {
                int i = rows.Start + row;
                Kernels.LogSoftmax.Backward(
                    logits.RowSpan(row), rows.Predictions.InverseTemperature, rows.Predictions.LogSumExp[i], rows.Predictions.Targets[i],
                    rows.GradientOfLogProbability[i], rows.Predictions.Entropies[i], rows.GradientOfEntropy?[i] ?? 0);
            }
        });
}
