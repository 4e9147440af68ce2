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

    /// <summary>y[t] = scale · table[ids[t]]; the table's gradient is one sparse leaf for each group.</summary>
    public static Tensor Gather(this Tape tape, Parameter table, int[] ids, float scale, SparseGradientTree? gradient)
    {
        var y = tape.New(ids.Length, table.Columns, table.Trains);
        tape.Device.Gather(table.Packed!, ids, y);
        Scale(tape.Device, scale, y);
        tape.Record(y, () =>
        {
            Scale(tape.Device, scale, y.Gradient!);
            tape.Device.GatherGradient(y.Gradient!, ids, tape.GroupStarts, gradient!);
        });
        return y;
    }

    /// <summary>
    /// y = x + scale · branch. The gradient of x shares the memory of the result's; without recording the result takes the place of x.
    /// </summary>
    /// <param name="branch">Feeds nothing else.</param>
    public static Tensor AddScaled(this Tape tape, Tensor branch, float scale, Tensor x)
    {
        var y = tape.Records ? tape.New(x.Rows, x.Columns, x.NeedsGradient || branch.NeedsGradient) : x;
        if (tape.Records)
        {
            tape.Device.Copy(x, y);
        }

        tape.Device.AddScaled(branch, scale, y);
        tape.Record(y, () => SendBack(tape, y.Gradient!, branch, scale, x));
        return y;
    }

    // The branch's gradient is read before anything is added to x's, which may be the same memory.
    static void SendBack(Tape tape, Tensor dy, Tensor branch, float scale, Tensor x)
    {
        if (branch.NeedsGradient)
        {
            branch.Gradient = scale == 1 ? dy : tape.Arena.New(dy.Rows, dy.Columns);
            if (scale != 1)
            {
                tape.Device.Copy(dy, branch.Gradient);
                tape.Device.Scale(scale, branch.Gradient);
            }
        }

        if (x is { NeedsGradient: true, Gradient: { } there })
        {
            tape.Device.Add(dy, there);
        }
        else if (x.NeedsGradient)
        {
            x.Gradient = dy;
        }
    }

    static void Scale(Device device, float scale, Tensor x)
    {
        if (scale != 1)
        {
            device.Scale(scale, x);
        }
    }
}
