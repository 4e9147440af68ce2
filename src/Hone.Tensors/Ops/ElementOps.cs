using Hone.Tensors.Kernels;

namespace Hone.Tensors.Ops;

/// <summary>The row-wise operations of a decoder with their gradients.</summary>
public static class ElementOps
{
    /// <summary>RMSNorm over <paramref name="weight"/>'s width; x [T, n · width] is read as T · n rows (n &gt; 1: QK-norm over heads).</summary>
    public static Tensor RmsNorm(this Tape tape, Tensor x, Parameter weight, float epsilon)
    {
        int width = weight.Columns, perToken = x.Columns / width;
        var rows = x.Reshape(x.Rows * perToken, width);
        var y = tape.New(x.Rows, x.Columns, x.NeedsGradient || weight.Trains);
        var invRms = tape.Arena.New(rows.Rows, 1);
        tape.Device.RmsNorm(rows, weight.Values!, epsilon, invRms, y.Reshape(rows.Rows, width));
        tape.Record(y, () =>
        {
            var dy = y.Gradient!.Reshape(rows.Rows, width);
            if (weight.Tree is { } tree)
            {
                tape.Device.RmsNormWeightGradient(dy, rows, invRms, tape.GroupStarts, perToken, tree);
            }

            if (x.NeedsGradient)
            {
                var dx = tape.GradientOf(x, out bool accumulate).Reshape(rows.Rows, width);
                tape.Device.RmsNormInputGradient(dy, rows, weight.Values!, invRms, dx, accumulate);
            }
        });
        return y;
    }

    /// <summary>Rotates x in place: nothing reads it unrotated. The result is x itself.</summary>
    public static Tensor Rotate(this Tape tape, Tensor x, int headWidth, int[] positions, RotaryTables tables)
    {
        tape.Device.Rotate(x, headWidth, positions, tables, inverse: false);
        tape.Record(x, () => tape.Device.Rotate(x.Gradient!, headWidth, positions, tables, inverse: true));
        return x;
    }

    /// <summary>y[t] = table[ids[t]]; the table's gradient is one sparse leaf for each group.</summary>
    public static Tensor Gather(this Tape tape, Parameter table, int[] ids, SparseGradientTree? gradient)
    {
        var y = tape.New(ids.Length, table.Columns, table.Trains);
        tape.Device.Gather(table.Packed!, ids, y);
        tape.Record(y, () => tape.Device.GatherGradient(y.Gradient!, ids, tape.GroupStarts, gradient!));
        return y;
    }
}
