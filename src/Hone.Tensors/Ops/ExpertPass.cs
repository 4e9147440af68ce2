namespace Hone.Tensors.Ops;

/// <summary>One batch through the experts of a layer, and back.</summary>
sealed class ExpertPass
{
    readonly Tape _tape;
    readonly Tensor _x, _weights, _slotWeights, _y;
    readonly ExpertRows _rows;
    readonly IReadOnlyList<Expert> _experts;
    readonly ClampedActivation? _clamp;

    // One row for each slot; null when there is no backward pass.
    readonly Tensor? _gate, _up;
    readonly KeptThin _thinGate, _thinUp, _thinDown;

    public ExpertPass(
        Tape tape, Tensor x, ExpertRows rows, Tensor weights, IReadOnlyList<Expert> experts, ClampedActivation? clamp, Tensor y)
    {
        Require.Equal(rows.Batch, x.Rows);
        Require.Equal(rows.Experts, experts.Count);
        (_tape, _x, _rows, _weights, _experts, _clamp, _y) = (tape, x, rows, weights, experts, clamp, y);
        _slotWeights = tape.Arena.New(rows.Slots, 1);
        tape.Device.GatherRows(weights.Reshape(rows.Slots, 1), rows.Choices, _slotWeights);
        if (y.NeedsGradient)
        {
            (_gate, _up) = (tape.Arena.New(rows.Slots, Width), tape.Arena.New(rows.Slots, Width));
        }

        _thinGate = KeptThin.For(tape, rows, y.NeedsGradient, experts.Select(expert => expert.Gate));
        _thinUp = KeptThin.For(tape, rows, y.NeedsGradient, experts.Select(expert => expert.Up));
        _thinDown = KeptThin.For(tape, rows, y.NeedsGradient, experts.Select(expert => expert.Down));
    }

    int Width => _experts[0].Gate.Weight.Rows;

    public void Forward()
    {
        for (int e = 0; e < _experts.Count; e++)
        {
            if (_rows.Count(e) > 0)
            {
                var mark = _tape.Arena.Mark();
                Forward(e);
                _tape.Arena.Release(mark);
            }
        }
    }

    public void Backward()
    {
        var dSlotWeights = _tape.Arena.New(_rows.Slots, 1);
        if (_weights.NeedsGradient)
        {
            _weights.Gradient = _tape.Arena.Zeros(_weights.Rows, _weights.Columns);
        }

        if (_x.NeedsGradient)
        {
            _x.Gradient ??= _tape.Arena.Zeros(_x.Rows, _x.Columns);
        }

        for (int e = 0; e < _experts.Count; e++)
        {
            var mark = _tape.Arena.Mark();
            Backward(e, Part(dSlotWeights, e));
            _tape.Arena.Release(mark);
        }

        if (_weights.Gradient is { } dWeights)
        {
            _tape.Device.ScatterAddRows(dSlotWeights, _rows.Choices, dWeights.Reshape(_rows.Slots, 1));
        }
    }

    void Forward(int e)
    {
        var (expert, x) = (_experts[e], Gathered(_x, e));
        var (gate, up) = (_gate is null ? Scratch(e, Width) : Part(_gate, e), _up is null ? Scratch(e, Width) : Part(_up, e));
        new ExpertProduct(_tape, expert.Gate, _thinGate.Part(e)).Forward(x, gate, scales: null, _rows.Rows(e));
        new ExpertProduct(_tape, expert.Up, _thinUp.Part(e)).Forward(x, up, scales: null, _rows.Rows(e));
        var (z, y) = (Scratch(e, Width), Scratch(e, _y.Columns));
        Activate(gate, up, z);
        _tape.Device.ScaleRows(z, Part(_slotWeights, e), z);
        new ExpertProduct(_tape, expert.Down, _thinDown.Part(e)).Forward(z, y, Part(_slotWeights, e), _rows.Rows(e));
        _tape.Device.ScatterAddRows(y, _rows.Rows(e), _y);
    }

    void Backward(int e, Tensor dWeights)
    {
        var expert = _experts[e];
        var (gateProduct, upProduct, downProduct) = (
            new ExpertProduct(_tape, expert.Gate, _thinGate.Part(e)), new ExpertProduct(_tape, expert.Up, _thinUp.Part(e)),
            new ExpertProduct(_tape, expert.Down, _thinDown.Part(e)));
        bool trains = gateProduct.Trains || upProduct.Trains || downProduct.Trains;
        // An expert without rows still has a leaf for each group.
        if (_rows.Count(e) == 0 && !trains)
        {
            return;
        }

        int[] groups = trains ? _rows.GroupStarts(e, _tape.GroupStarts) : [];
        var (gate, up, weights, dy) = (Part(_gate!, e), Part(_up!, e), Part(_slotWeights, e), Gathered(_y.Gradient!, e));
        var (a, z, da) = (Scratch(e, Width), Scratch(e, Width), Scratch(e, Width));
        Activate(gate, up, a);
        _tape.Device.ScaleRows(a, weights, z);
        downProduct.Backward(dy, z, da, accumulate: false, weights, groups);
        _tape.Device.ScaleRowsInputGradient(da, a, weights, da, dWeights);
        if (expert.Down.Bias is { } bias)
        {
            _tape.Device.BiasScaleGradient(dy, bias.Values!, dWeights);
        }

        var (dGate, dUp) = (z, da);
        ActivationGradient(da, gate, up, dGate, dUp);
        var x = gateProduct.Trains || upProduct.Trains ? Gathered(_x, e) : null;
        var dx = _x.NeedsGradient ? Scratch(e, _x.Columns) : null;
        upProduct.Backward(dUp, x, dx, accumulate: false, scales: null, groups);
        gateProduct.Backward(dGate, x, dx, accumulate: true, scales: null, groups);
        if (dx is not null)
        {
            _tape.Device.ScatterAddRows(dx, _rows.Rows(e), _x.Gradient!);
        }
    }

    void Activate(Tensor gate, Tensor up, Tensor y)
    {
        if (_clamp is { } clamp)
        {
            _tape.Device.ClampedSwiGlu(gate, up, clamp.Alpha, clamp.Limit, y);
        }
        else
        {
            _tape.Device.Gate(Activation.Silu, gate, up, y);
        }
    }

    void ActivationGradient(Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp)
    {
        if (_clamp is { } clamp)
        {
            _tape.Device.ClampedSwiGluInputGradient(dy, gate, up, clamp.Alpha, clamp.Limit, dGate, dUp);
        }
        else
        {
            _tape.Device.GateInputGradient(Activation.Silu, dy, gate, up, dGate, dUp);
        }
    }

    Tensor Gathered(Tensor x, int e)
    {
        var gathered = Scratch(e, x.Columns);
        _tape.Device.GatherRows(x, _rows.Rows(e), gathered);
        return gathered;
    }

    // Room for the whole batch, so that memory is planned without knowing where rows go. What is not touched costs nothing.
    Tensor Scratch(int e, int columns) => _tape.Arena.New(_x.Rows, columns).Slice(0, _rows.Count(e));

    Tensor Part(Tensor slots, int e) => slots.Slice(_rows.Start(e), _rows.Count(e));
}
