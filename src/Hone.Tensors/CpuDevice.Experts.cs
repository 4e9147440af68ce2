using Hone.Tensors.Kernels;

namespace Hone.Tensors;

public sealed unsafe partial class CpuDevice
{
    public override void Route(Tensor logits, bool overAll, int[] experts, Tensor weights)
    {
        Require.Equal(weights.Rows, logits.Rows);
        Require.Length<int>(experts, weights.Length);
        int k = weights.Columns;
        Rows(logits.Rows, logits.Columns * k, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                ExpertRouting.Forward(logits.RowSpan(t), overAll, experts.AsSpan(t * k, k), weights.RowSpan(t));
            }
        });
    }

    public override void RouteInputGradient(Tensor logits, bool overAll, int[] experts, Tensor weights, Tensor dWeights, Tensor dLogits)
    {
        Require.Equal(dLogits.Rows, logits.Rows);
        int k = weights.Columns;
        Rows(logits.Rows, logits.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                ExpertRouting.Backward(
                    logits.RowSpan(t), overAll, experts.AsSpan(t * k, k), weights.RowSpan(t), dWeights.RowSpan(t), dLogits.RowSpan(t));
            }
        });
    }

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<int> rows, Tensor target)
    {
        const int ColumnsPerTask = 256;
        Require.Length(rows, x.Rows);
        fixed (int* targets = rows)
        {
            int* row = targets;
            var region = new RowRegion(x.Columns, ColumnsPerTask, (start, count) =>
            {
                for (int t = 0; t < x.Rows; t++)
                {
                    ElementWise.Add(new ReadOnlySpan<float>(x.Row(t) + start, count), new Span<float>(target.Row(row[t]) + start, count));
                }
            });
            workers.Run((x.Columns + ColumnsPerTask - 1) / ColumnsPerTask, ref region);
        }
    }

    public override void ScaleRows(Tensor x, Tensor scales, Tensor y)
    {
        Require.Equal(scales.Length, x.Rows);
        Rows(x.Rows, x.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                ElementWise.Scaled(x.RowSpan(t), scales.Pointer[t], y.RowSpan(t));
            }
        });
    }

    public override void ScaleRowsInputGradient(Tensor dy, Tensor x, Tensor scales, Tensor dx, Tensor dScales)
    {
        Require.Equal(scales.Length, x.Rows);
        Require.Equal(dScales.Length, x.Rows);
        Rows(x.Rows, x.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                dScales.Pointer[t] = ExpertWeighting.WeightGradient(dy.RowSpan(t), x.RowSpan(t));
                ElementWise.Scaled(dy.RowSpan(t), scales.Pointer[t], dx.RowSpan(t));
            }
        });
    }

    public override void AddScaledBias(Tensor bias, Tensor scales, Tensor y)
    {
        Require.Equal(scales.Length, y.Rows);
        Rows(y.Rows, y.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                ElementWise.AddScaled(bias.Span, scales.Pointer[t], y.RowSpan(t));
            }
        });
    }

    public override void BiasScaleGradient(Tensor dy, Tensor bias, Tensor dScales)
    {
        Require.Equal(dScales.Length, dy.Rows);
        Rows(dy.Rows, dy.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                dScales.Pointer[t] += ExpertWeighting.WeightGradient(dy.RowSpan(t), bias.Span);
            }
        });
    }

    public override void ClampedSwiGlu(Tensor gate, Tensor up, float alpha, float limit, Tensor y) =>
        Rows(y.Rows, y.Columns, (start, count) => Kernels.ClampedSwiGlu.Forward(
            Span(gate, start, count), Span(up, start, count), alpha, limit, Span(y, start, count)));

    public override void ClampedSwiGluInputGradient(
        Tensor dy, Tensor gate, Tensor up, float alpha, float limit, Tensor dGate, Tensor dUp) =>
        Rows(dy.Rows, dy.Columns, (start, count) => Kernels.ClampedSwiGlu.Backward(
            Span(dy, start, count), Span(gate, start, count), Span(up, start, count), alpha, limit,
            Span(dGate, start, count), Span(dUp, start, count)));

    public override void Sigmoid(Tensor x, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => ExpertWeighting.Sigmoid(Span(x, start, count), Span(y, start, count)));

    public override void SigmoidInputGradient(Tensor dy, Tensor y, Tensor dx) =>
        Rows(y.Rows, y.Columns, (start, count) => ExpertWeighting.SigmoidGradient(
            Span(dy, start, count), Span(y, start, count), Span(dx, start, count)));
}
