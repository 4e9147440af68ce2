namespace Hone.Tensors;

/// <summary>
/// Computes operations and, while <see cref="Records"/>, remembers how to send gradients back through them. The operations stand in
/// <c>Ops/</c>, forward and backward side by side.
/// </summary>
/// <remarks>
/// Gradients of activations: the first use assigns, later ones add, in the reverse order of the operations. Gradients of parameters
/// become one leaf for each group of rows in the parameter's tree.
/// </remarks>
public sealed class Tape(Device device, Arena arena, bool records)
{
    readonly List<Action> _backward = [];

    public Device Device => device;
    public Arena Arena => arena;
    public bool Records => records;

    /// <summary>First row of each group of the batch, and one past the last.</summary>
    public int[] GroupStarts { get; init; } = [];

    /// <summary>A result of operations whose inputs need a gradient if <paramref name="needsGradient"/>.</summary>
    public Tensor New(int rows, int columns, bool needsGradient)
    {
        var tensor = arena.New(rows, columns);
        tensor.NeedsGradient = records && needsGradient;
        return tensor;
    }

    /// <summary>Remembers a backward step, if anything upstream of <paramref name="result"/> wants a gradient.</summary>
    public void Record(Tensor result, Action backward)
    {
        if (result.NeedsGradient)
        {
            _backward.Add(backward);
        }
    }

    /// <summary>Where the gradient of <paramref name="x"/> goes, and whether it must be added to what is there.</summary>
    public Tensor GradientOf(Tensor x, out bool accumulate)
    {
        accumulate = x.Gradient is not null;
        return x.Gradient ??= arena.New(x.Rows, x.Columns);
    }

    /// <summary>Runs the recorded steps backward; the gradient of the last result must be set.</summary>
    public void Backward()
    {
        for (int i = _backward.Count - 1; i >= 0; i--)
        {
            _backward[i]();
        }

        _backward.Clear();
    }

    /// <summary>
    /// Runs <paramref name="layer"/> without keeping its activations; the backward pass runs it again. The same bits as without.
    /// </summary>
    public Tensor Checkpoint(Tensor x, Func<Tape, Tensor, Tensor> layer)
    {
        var y = New(x.Rows, x.Columns, true);
        var mark = arena.Mark();
        device.Copy(layer(new Tape(device, arena, false) { GroupStarts = GroupStarts }, x), y);
        arena.Release(mark);
        Record(y, () => BackwardAgain(x, y, layer));
        return y;
    }

    void BackwardAgain(Tensor x, Tensor y, Func<Tape, Tensor, Tensor> layer)
    {
        // The input's gradient outlives the layer's activations, so its memory comes first.
        bool accumulate = false;
        var gradient = x.NeedsGradient ? GradientOf(x, out accumulate) : null;
        var mark = arena.Mark();
        var inner = new Tape(device, arena, true) { GroupStarts = GroupStarts };
        var input = x.Slice(0, x.Rows);
        input.NeedsGradient = x.NeedsGradient;
        var output = layer(inner, input);
        output.Gradient = y.Gradient;
        inner.Backward();
        if (gradient is not null && accumulate)
        {
            device.Add(input.Gradient!, gradient);
        }
        else if (gradient is not null)
        {
            device.Copy(input.Gradient!, gradient);
        }

        arena.Release(mark);
    }
}
