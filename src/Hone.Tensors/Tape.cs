namespace Hone.Tensors;

/// <summary>
/// Computes operations and, while <see cref="Records"/>, remembers how to send gradients back through them. The operations stand in
/// <c>Ops/</c>, forward and backward side by side.
/// </summary>
/// <remarks>
/// <para>Gradients of activations: the first use assigns, later ones add, in the reverse order of the operations. Gradients of parameters
/// become one leaf for each group of rows in the parameter's tree.</para>
/// <para>Memory: activations that a backward pass reads lie in the arena until it is done; gradients lie above them, those inside a layer
/// only for as long as the layer goes backward (<see cref="Layer"/>). Without recording a layer leaves nothing but its result.</para>
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
    /// Runs a layer whose result has the shape of <paramref name="x"/>. While recording, the gradients inside it take memory only while it goes
    /// backward; with <paramref name="checkpoint"/> its activations do, too: the backward pass computes them again, to the same bits. Without
    /// recording the result may take the place of x.
    /// </summary>
    public Tensor Layer(Tensor x, bool checkpoint, Func<Tape, Tensor, Tensor> layer)
    {
        if (!records)
        {
            RunOver(x, this, layer);
            return x;
        }

        return checkpoint ? Checkpoint(x, layer) : Kept(x, layer);
    }

    // Recorded before the layer's own steps, the release runs after them.
    Tensor Kept(Tensor x, Func<Tape, Tensor, Tensor> layer)
    {
        Arena.Position mark = default;
        Tensor? y = null;
        Record(x, () =>
        {
            MoveGradient(x, y!.Gradient!);
            arena.Release(mark);
        });
        y = layer(this, x);
        Record(y, () => mark = arena.Mark());
        return y;
    }

    Tensor Checkpoint(Tensor x, Func<Tape, Tensor, Tensor> layer)
    {
        var y = New(x.Rows, x.Columns, true);
        device.Copy(x, y);
        RunOver(y, new Tape(device, arena, false) { GroupStarts = GroupStarts }, layer);
        Record(y, () => BackwardAgain(x, y, layer));
        return y;
    }

    void BackwardAgain(Tensor x, Tensor y, Func<Tape, Tensor, Tensor> layer)
    {
        var mark = arena.Mark();
        var inner = new Tape(device, arena, true) { GroupStarts = GroupStarts };
        var output = layer(inner, x);
        output.Gradient = y.Gradient;
        inner.Backward();
        if (x.NeedsGradient)
        {
            MoveGradient(x, y.Gradient!);
        }

        arena.Release(mark);
    }

    // Without recording, a layer may write over its input.
    void RunOver(Tensor x, Tape inner, Func<Tape, Tensor, Tensor> layer)
    {
        var mark = arena.Mark();
        var result = layer(inner, x);
        if (!result.IsSameMemory(x))
        {
            device.Copy(result, x);
        }

        arena.Release(mark);
    }

    // The gradient of a layer's result has served its purpose and lies below the layer's own: the input's gradient takes its place.
    void MoveGradient(Tensor x, Tensor place)
    {
        if (!x.Gradient!.IsSameMemory(place))
        {
            device.Copy(x.Gradient, place);
            x.Gradient = place;
        }
    }
}
