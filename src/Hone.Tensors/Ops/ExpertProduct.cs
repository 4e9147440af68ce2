namespace Hone.Tensors.Ops;

/// <summary>
/// One linear layer of one expert over its rows: y = x·Wᵀ + s·bias + scale · (x·Aᵀ)·Bᵀ, s being 1 or a number for each row. The order is that
/// of <see cref="LinearOp"/>.
/// </summary>
/// <param name="thin">Room for scale · x·Aᵀ: kept from the forward pass to the backward pass.</param>
readonly struct ExpertProduct(Tape tape, LinearWeights layer, ThinRows thin)
{
    readonly Parameter _weight = layer.Weight;
    readonly LowRank? _adapter = layer.Adapter;

    /// <summary>Whether a gradient needs the layer's input.</summary>
    public bool Trains => _weight.Trains || _adapter is { A.Trains: true } or { B.Trains: true } || layer.Bias is { Trains: true };

    /// <param name="rows">The expert's rows of the batch.</param>
    public void Forward(Tensor x, Tensor y, Tensor? scales, ReadOnlySpan<int> rows)
    {
        tape.Device.Linear(x, _weight.Packed!, y, start: null);
        if (layer.Bias is { } bias && scales is not null)
        {
            tape.Device.AddScaledBias(bias.Values!, scales, y);
        }
        else if (layer.Bias is not null)
        {
            tape.Device.AddBias(layer.Bias.Values!, y);
        }

        if (_adapter is { } adapter)
        {
            var thinRows = thin.Take(tape, adapter.A.Rows);
            tape.Device.Linear(x, adapter.A.Packed!, thinRows, start: null);
            tape.Device.Scale(adapter.Scale, thinRows);
            tape.Device.Linear(thinRows, adapter.B.Packed!, y, start: y);
        }

        foreach (var part in layer.RowAdapters ?? [])
        {
            if (part.Within(rows) is (var first, > 0 and var count))
            {
                part.Factors.Add(tape, x.Slice(first, count), y.Slice(first, count));
            }
        }
    }

    /// <param name="x">Null if nothing trains.</param>
    /// <param name="dx">Null if nothing below trains.</param>
    /// <param name="groups">First row of each group, and one past the last; empty if nothing trains.</param>
    public void Backward(Tensor dy, Tensor? x, Tensor? dx, bool accumulate, Tensor? scales, int[] groups)
    {
        if (layer.Bias?.Tree is { } treeOfBias && scales is not null)
        {
            tape.Device.LinearWeightGradient(scales, dy, groups, treeOfBias);
        }
        else if (layer.Bias?.Tree is not null)
        {
            tape.Device.BiasGradient(dy, groups, layer.Bias.Tree);
        }

        if (_weight.Tree is { } tree)
        {
            tape.Device.LinearWeightGradient(dy, x!, groups, tree);
        }

        if (dx is { Rows: > 0 })
        {
            tape.Device.LinearInputGradient(dy, _weight.Packed!, dx, accumulate);
        }

        if (_adapter is { } adapter)
        {
            Backward(adapter, dy, x, dx, groups);
        }
    }

    void Backward(LowRank adapter, Tensor dy, Tensor? x, Tensor? dx, int[] groups)
    {
        var thinRows = thin.Take(tape, adapter.A.Rows);
        if (adapter.B.Tree is { } treeOfB)
        {
            tape.Device.LinearWeightGradient(dy, thinRows, groups, treeOfB);
        }

        var mark = tape.Arena.Mark();
        var dThin = thin.Scratch(tape, adapter.A.Rows);
        if (dThin.Rows > 0)
        {
            tape.Device.LinearInputGradient(dy, adapter.B.Packed!, dThin, accumulate: false);
            tape.Device.Scale(adapter.Scale, dThin);
        }

        if (adapter.A.Tree is { } treeOfA)
        {
            tape.Device.LinearWeightGradient(dThin, x!, groups, treeOfA);
        }

        if (dx is { Rows: > 0 })
        {
            tape.Device.LinearInputGradient(dThin, adapter.A.Packed!, dx, accumulate: true);
        }

        tape.Arena.Release(mark);
    }
}
