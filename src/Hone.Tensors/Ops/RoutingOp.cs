namespace Hone.Tensors.Ops;

/// <summary>From a router's logits to the rows and weights of its experts.</summary>
public static class RoutingOp
{
    /// <summary>
    /// The k experts of the largest logits for each row, and their weights [T, k], the largest first: softmax of the chosen logits or, if
    /// <paramref name="overAll"/>, of all. The choice has no gradient, the weights have.
    /// </summary>
    public static Tensor Route(this Tape tape, Tensor logits, int perRow, bool overAll, out ExpertRows rows)
    {
        int[] experts = new int[logits.Rows * perRow];
        var weights = tape.New(logits.Rows, perRow, logits.NeedsGradient);
        tape.Device.Route(logits, overAll, experts, weights);
        rows = new ExpertRows(experts, perRow, logits.Columns);
        tape.Record(weights, () =>
        {
            logits.Gradient = tape.Arena.New(logits.Rows, logits.Columns);
            tape.Device.RouteInputGradient(logits, overAll, experts, weights, weights.Gradient!, logits.Gradient);
        });
        return weights;
    }

    /// <summary>y = σ(x).</summary>
    public static Tensor Sigmoid(this Tape tape, Tensor x)
    {
        var y = tape.New(x.Rows, x.Columns, x.NeedsGradient);
        tape.Device.Sigmoid(x, y);
        tape.Record(y, () =>
        {
            x.Gradient = tape.Arena.New(x.Rows, x.Columns);
            tape.Device.SigmoidInputGradient(y.Gradient!, y, x.Gradient);
        });
        return y;
    }
}
