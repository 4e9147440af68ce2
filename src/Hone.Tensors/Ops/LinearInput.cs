namespace Hone.Tensors.Ops;

/// <summary>
/// What linear layers multiply: a tensor that is kept for the backward pass, or the result of a cheap operation that is computed again
/// instead.
/// </summary>
public abstract class LinearInput(int rows, int columns, bool needsGradient)
{
    public int Rows => rows;
    public int Columns => columns;
    public bool NeedsGradient => needsGradient;

    /// <summary>The values [Rows, Columns], in memory of their own or in the arena above what lies there.</summary>
    internal abstract Tensor Values(Tape tape);

    /// <summary>Takes memory for gradients that outlive the products' backward pass.</summary>
    internal abstract void Prepare(Tape tape);

    /// <summary>Where the products' gradient goes, and whether it must be added to what is there.</summary>
    internal virtual Tensor Gradient(Tape tape, out bool accumulate)
    {
        accumulate = false;
        return tape.Arena.New(rows, columns);
    }

    /// <summary>Sends the products' gradient on to what the values came from.</summary>
    internal abstract void SendBack(Tape tape, Tensor gradient);
}

/// <summary>A tensor as it stands.</summary>
sealed class KeptInput(Tensor x) : LinearInput(x.Rows, x.Columns, x.NeedsGradient)
{
    bool _accumulate;

    internal override Tensor Values(Tape tape) => x;

    internal override void Prepare(Tape tape) => tape.GradientOf(x, out _accumulate);

    internal override Tensor Gradient(Tape tape, out bool accumulate)
    {
        accumulate = _accumulate;
        return x.Gradient!;
    }

    internal override void SendBack(Tape tape, Tensor gradient)
    {
    }
}

/// <summary>RMSNorm(x) · weight, computed again in the backward pass.</summary>
sealed class NormedInput : LinearInput
{
    readonly Tensor _x;
    readonly Parameter _weight;
    readonly float _epsilon;
    readonly Tensor _invRms;
    bool _accumulate;

    public NormedInput(Tape tape, Tensor x, Parameter weight, float epsilon)
        : base(x.Rows, x.Columns, x.NeedsGradient || weight.Trains)
    {
        (_x, _weight, _epsilon) = (x, weight, epsilon);
        _invRms = tape.Arena.New(x.Rows, 1);
    }

    internal override Tensor Values(Tape tape)
    {
        var y = tape.Arena.New(Rows, Columns);
        tape.Device.RmsNorm(_x, _weight.Values!, _epsilon, _invRms, y);
        return y;
    }

    internal override void Prepare(Tape tape)
    {
        if (_x.NeedsGradient)
        {
            tape.GradientOf(_x, out _accumulate);
        }
    }

    internal override void SendBack(Tape tape, Tensor gradient)
    {
        if (_weight.Tree is { } tree)
        {
            tape.Device.RmsNormWeightGradient(gradient, _x, _invRms, tape.GroupStarts, 1, tree);
        }

        if (_x.NeedsGradient)
        {
            tape.Device.RmsNormInputGradient(gradient, _x, _weight.Values!, _invRms, _x.Gradient!, _accumulate);
        }
    }
}

/// <summary>act(gate) ⊙ up, computed again in the backward pass.</summary>
sealed class GatedInput(Activation activation, Tensor gate, Tensor up) : LinearInput(gate.Rows, gate.Columns, gate.NeedsGradient || up.NeedsGradient)
{
    internal override Tensor Values(Tape tape)
    {
        var y = tape.Arena.New(Rows, Columns);
        tape.Device.Gate(activation, gate, up, y);
        return y;
    }

    // Gate and up feed nothing else, so their gradients are assigned.
    internal override void Prepare(Tape tape)
    {
        gate.Gradient = tape.Arena.New(Rows, Columns);
        up.Gradient = tape.Arena.New(Rows, Columns);
    }

    // Each element of up's gradient needs the products' gradient of that element only: it takes its place.
    internal override Tensor Gradient(Tape tape, out bool accumulate)
    {
        accumulate = false;
        return up.Gradient!;
    }

    internal override void SendBack(Tape tape, Tensor gradient) =>
        tape.Device.GateInputGradient(activation, gradient, gate, up, gate.Gradient!, up.Gradient!);
}
