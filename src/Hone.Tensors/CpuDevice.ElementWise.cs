using Hone.Tensors.Kernels;

namespace Hone.Tensors;

public sealed unsafe partial class CpuDevice
{
    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, Tensor invRms, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => Kernels.RmsNorm.Forward(
            Span(x, start, count), weight.Span, epsilon, Span(invRms, start, count), Span(y, start, count)));

    public override void RmsNormInputGradient(Tensor dy, Tensor x, Tensor weight, Tensor invRms, Tensor dx, bool accumulate) =>
        Rows(x.Rows, x.Columns, (start, count) => Kernels.RmsNorm.Backward(
            Span(dy, start, count), Span(x, start, count), weight.Span, Span(invRms, start, count),
            Span(dx, start, count), accumulate));

    public override void RmsNormWeightGradient(
        Tensor dy, Tensor x, Tensor invRms, int[] groupStarts, int rowsPerToken, GradientTree tree)
    {
        float[] leaf = new float[x.Columns];
        for (int g = 0; g + 1 < groupStarts.Length; g++)
        {
            int start = groupStarts[g] * rowsPerToken, count = (groupStarts[g + 1] * rowsPerToken) - start;
            Kernels.RmsNorm.WeightGradient(
                Span(dy, start, count), Span(x, start, count), Span(invRms, start, count), leaf);
            tree.AddLeaf(leaf);
        }
    }

    public override void Rotate(Tensor x, int headWidth, int[] positions, RotaryTables tables, bool inverse)
    {
        int heads = x.Columns / headWidth;
        Rows(x.Rows, x.Columns, (start, count) =>
        {
            var rows = Span(x, start, count);
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

    public override void Gate(Activation activation, Tensor gate, Tensor up, Tensor y) =>
        Rows(y.Rows, y.Columns, (start, count) =>
        {
            var gates = Span(gate, start, count);
            var ups = Span(up, start, count);
            var result = Span(y, start, count);
            if (activation == Activation.Silu)
            {
                SwiGlu.Forward(gates, ups, result);
            }
            else
            {
                GeGlu.Forward(gates, ups, result);
            }
        });

    public override void GateInputGradient(Activation activation, Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) =>
        Rows(dy.Rows, dy.Columns, (start, count) =>
        {
            var gradient = Span(dy, start, count);
            var gates = Span(gate, start, count);
            var ups = Span(up, start, count);
            if (activation == Activation.Silu)
            {
                SwiGlu.Backward(gradient, gates, ups, Span(dGate, start, count), Span(dUp, start, count));
            }
            else
            {
                GeGlu.Backward(gradient, gates, ups, Span(dGate, start, count), Span(dUp, start, count));
            }
        });

    public override void AddBias(Tensor bias, Tensor y) => Rows(y.Rows, y.Columns, (start, count) =>
    {
        for (int row = start; row < start + count; row++)
        {
            ElementWise.Add(bias.Span, y.RowSpan(row));
        }
    });

    public override void BiasGradient(Tensor dy, int[] groupStarts, GradientTree tree)
    {
        float[] leaf = new float[dy.Columns];
        for (int g = 0; g + 1 < groupStarts.Length; g++)
        {
            Array.Clear(leaf);
            for (int row = groupStarts[g]; row < groupStarts[g + 1]; row++)
            {
                ElementWise.Add(dy.RowSpan(row), leaf);
            }

            tree.AddLeaf(leaf);
        }
    }

    public override void SplitColumns(Tensor x, Tensor[] parts) => Rows(x.Rows, x.Columns, (start, count) =>
    {
        for (int row = start; row < start + count; row++)
        {
            var source = x.RowSpan(row);
            foreach (var part in parts)
            {
                source[..part.Columns].CopyTo(part.RowSpan(row));
                source = source[part.Columns..];
            }
        }
    });

    public override void JoinColumns(Tensor[] parts, Tensor y) => Rows(y.Rows, y.Columns, (start, count) =>
    {
        for (int row = start; row < start + count; row++)
        {
            var target = y.RowSpan(row);
            foreach (var part in parts)
            {
                part.RowSpan(row).CopyTo(target);
                target = target[part.Columns..];
            }
        }
    });

    public override void Copy(Tensor x, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => Span(x, start, count).CopyTo(Span(y, start, count)));

    public override void Add(Tensor x, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => ElementWise.Add(Span(x, start, count), Span(y, start, count)));

    public override void AddScaled(Tensor x, float scale, Tensor y) =>
        Rows(x.Rows, x.Columns, (start, count) => ElementWise.AddScaled(Span(x, start, count), scale, Span(y, start, count)));

    public override void Scale(float scale, Tensor y) =>
        Rows(y.Rows, y.Columns, (start, count) => ElementWise.Scale(scale, Span(y, start, count)));

    // Rows [start, start + count), without an object for each task.
    static Span<float> Span(Tensor x, int start, int count) => new(x.Row(start), checked(count * x.Columns));
}
