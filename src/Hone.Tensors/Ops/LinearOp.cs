namespace Hone.Tensors.Ops;

/// <summary>y = x·Wᵀ (+ residual) + scale · (x·Aᵀ)·Bᵀ, with the adapter's term added after the base product, in one order everywhere.</summary>
public static class LinearOp
{
    /// <param name="x">[T, K].</param>
    /// <param name="weight">[N, K].</param>
    /// <param name="adapter">A low-rank addition, or null.</param>
    /// <param name="residual">[T, N], what the products are added to, or null. Its gradient shares the memory of the result's.</param>
    public static Tensor Linear(this Tape tape, Tensor x, Parameter weight, LowRank? adapter = null, Tensor? residual = null)
    {
        bool trains = weight.Trains || adapter is not null || x.NeedsGradient || residual is { NeedsGradient: true };
        var y = tape.New(x.Rows, weight.Rows, trains);
        if (residual is not null)
        {
            tape.Device.Copy(residual, y);
        }

        tape.Device.Linear(x, weight.Packed!, y, accumulate: residual is not null);
        var thin = adapter is null ? null : AddLowRank(tape, x, adapter, y);
        tape.Record(y, () => Backward(tape, x, weight, adapter, thin, residual, y));
        return y;
    }

    // thin = scale · x·Aᵀ: [T, R].
    static Tensor AddLowRank(Tape tape, Tensor x, LowRank adapter, Tensor y)
    {
        var thin = tape.New(x.Rows, adapter.A.Rows, true);
        tape.Device.Linear(x, adapter.A.Packed!, thin, accumulate: false);
        tape.Device.Scale(adapter.Scale, thin);
        tape.Device.Linear(thin, adapter.B.Packed!, y, accumulate: true);
        return thin;
    }

    static void Backward(Tape tape, Tensor x, Parameter weight, LowRank? adapter, Tensor? thin, Tensor? residual, Tensor y)
    {
        var dy = y.Gradient!;
        if (weight.Tree is { } tree)
        {
            tape.Device.LinearWeightGradient(dy, x, tape.GroupStarts, tree);
        }

        if (x.NeedsGradient)
        {
            var dx = tape.GradientOf(x, out bool accumulate);
            tape.Device.LinearInputGradient(dy, weight.Packed!, dx, accumulate);
        }

        if (adapter is not null)
        {
            BackwardLowRank(tape, x, adapter, thin!, dy);
        }

        if (residual is { NeedsGradient: true })
        {
            ShareGradient(tape, residual, dy);
        }
    }

    static void BackwardLowRank(Tape tape, Tensor x, LowRank adapter, Tensor thin, Tensor dy)
    {
        var mark = tape.Arena.Mark();
        if (adapter.B.Tree is { } treeOfB)
        {
            tape.Device.LinearWeightGradient(dy, thin, tape.GroupStarts, treeOfB);
        }

        var dThin = tape.Arena.New(thin.Rows, thin.Columns);
        tape.Device.LinearInputGradient(dy, adapter.B.Packed!, dThin, accumulate: false);
        tape.Device.Scale(adapter.Scale, dThin);
        if (adapter.A.Tree is { } treeOfA)
        {
            tape.Device.LinearWeightGradient(dThin, x, tape.GroupStarts, treeOfA);
        }

        if (x.NeedsGradient)
        {
            tape.Device.LinearInputGradient(dThin, adapter.A.Packed!, x.Gradient!, accumulate: true);
        }

        tape.Arena.Release(mark);
    }

    // dy has served its purpose, so the residual's gradient takes its memory when nothing was there before.
    static void ShareGradient(Tape tape, Tensor residual, Tensor dy)
    {
        if (residual.Gradient is { } there)
        {
            tape.Device.Add(dy, there);
        }
        else
        {
            residual.Gradient = dy;
        }
    }
}
