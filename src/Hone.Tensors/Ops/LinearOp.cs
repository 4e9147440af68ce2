namespace Hone.Tensors.Ops;

/// <summary>A weight [N, K], its low-rank addition and its bias [1, N], each of the two or null.</summary>
/// <param name="RowAdapters">Further additions, each to some rows only. They are for a forward pass that does not record.</param>
public readonly record struct LinearWeights(
    Parameter Weight, LowRank? Adapter, Parameter? Bias = null, IReadOnlyList<RowAdapter>? RowAdapters = null)
{
    public bool Trains => Weight.Trains || Adapter is not null;
}

/// <summary>
/// y = (residual +) x·Wᵀ + b + scale · (x·Aᵀ)·Bᵀ, the bias and the adapter's term added after the base product, in one order everywhere.
/// </summary>
public static class LinearOp
{
    /// <summary>One layer over a kept tensor.</summary>
    public static Tensor Linear(this Tape tape, Tensor x, Parameter weight, LowRank? adapter = null, Tensor? residual = null) =>
        tape.Linear(new KeptInput(x), new LinearWeights(weight, adapter), residual);

    /// <param name="x">[T, K].</param>
    /// <param name="weights">W [N, K] and its adapter.</param>
    /// <param name="residual">
    /// [T, N], where the sums start. Its gradient shares the memory of the result's; without recording the result takes its place.
    /// </param>
    public static Tensor Linear(this Tape tape, LinearInput x, LinearWeights weights, Tensor? residual)
    {
        bool trains = weights.Trains || x.NeedsGradient || residual is { NeedsGradient: true };
        var y = residual is not null && !tape.Records ? residual : tape.New(x.Rows, weights.Weight.Rows, trains);
        Product[] products = [new(tape, weights, [y], residual)];
        Forward(tape, x, products);
        tape.Record(y, () => Backward(tape, x, products));
        return y;
    }

    /// <summary>Several layers over one input, which is computed once.</summary>
    public static Tensor[] Linear(this Tape tape, LinearInput x, params LinearWeights[] weights)
    {
        var products = Array.ConvertAll(
            weights, one => new Product(tape, one, [tape.New(x.Rows, one.Weight.Rows, one.Trains || x.NeedsGradient)], null));
        Forward(tape, x, products);
        if (Array.Find(products, product => product.Parts[0].NeedsGradient) is { } any)
        {
            tape.Record(any.Parts[0], () => Backward(tape, x, products));
        }

        return Array.ConvertAll(products, product => product.Parts[0]);
    }

    /// <summary>One layer whose result is handed on in parts of so many columns: several layers in the form of one.</summary>
    public static Tensor[] LinearParts(this Tape tape, LinearInput x, LinearWeights weights, params int[] widths)
    {
        bool trains = weights.Trains || x.NeedsGradient;
        var parts = Array.ConvertAll(widths, width => tape.New(x.Rows, width, trains));
        Product[] products = [new(tape, weights, parts, null)];
        Forward(tape, x, products);
        tape.Record(parts[0], () => Backward(tape, x, products));
        return parts;
    }

    /// <summary>x as it stands as the input of linear layers.</summary>
    public static LinearInput Input(this Tape tape, Tensor x) => new KeptInput(x);

    /// <summary>RMSNorm of x, or without a norm x itself, as the input of linear layers.</summary>
    public static LinearInput Input(this Tape tape, Tensor x, Parameter? norm, float epsilon) =>
        norm is null ? new KeptInput(x) : new NormedInput(tape, x, norm, epsilon);

    /// <summary>act(gate) ⊙ up as the input of linear layers.</summary>
    public static LinearInput Gated(Activation activation, Tensor gate, Tensor up) => new GatedInput(activation, gate, up);

    static void Forward(Tape tape, LinearInput x, Product[] products)
    {
        var mark = tape.Arena.Mark();
        var values = x.Values(tape);
        foreach (var product in products)
        {
            product.Forward(tape, values);
        }

        tape.Arena.Release(mark);
    }

    static void Backward(Tape tape, LinearInput x, Product[] products)
    {
        if (x.NeedsGradient)
        {
            x.Prepare(tape);
        }

        var mark = tape.Arena.Mark();
        var values = Array.Exists(products, product => product.ReadsInput) ? x.Values(tape) : null;
        bool accumulate = false;
        var dx = x.NeedsGradient ? x.Gradient(tape, out accumulate) : null;
        for (int i = products.Length - 1; i >= 0; i--)
        {
            products[i].Backward(tape, values, dx, accumulate);
            accumulate = true;
        }

        if (dx is not null)
        {
            x.SendBack(tape, dx);
        }

        tape.Arena.Release(mark);
    }

    // One layer's part. Thin = scale · x·Aᵀ [T, R] is kept. A result in several parts exists as a whole only while it is computed.
    sealed class Product(Tape tape, LinearWeights weights, Tensor[] parts, Tensor? residual)
    {
        readonly Parameter _weight = weights.Weight;
        readonly LowRank? _adapter = weights.Adapter;
        readonly Tensor? _thin = weights.Adapter is { } adapter ? tape.New(parts[0].Rows, adapter.A.Rows, true) : null;

        public Tensor[] Parts => parts;

        public bool ReadsInput => _weight.Trains || _adapter is { A.Trains: true };

        public void Forward(Tape tape, Tensor x)
        {
            var y = parts.Length == 1 ? parts[0] : tape.Arena.New(x.Rows, _weight.Rows);
            Forward(tape, x, y);
            if (parts.Length > 1)
            {
                tape.Device.SplitColumns(y, parts);
            }
        }

        void Forward(Tape tape, Tensor x, Tensor y)
        {
            tape.Device.Linear(x, _weight.Packed!, y, residual);
            if (weights.Bias is { } bias)
            {
                tape.Device.AddBias(bias.Values!, y);
            }

            if (_adapter is not null)
            {
                tape.Device.Linear(x, _adapter.A.Packed!, _thin!, start: null);
                tape.Device.Scale(_adapter.Scale, _thin!);
                tape.Device.Linear(_thin!, _adapter.B.Packed!, y, start: y);
            }

            foreach (var rows in weights.RowAdapters ?? [])
            {
                rows.Factors.Add(tape, x.Slice(rows.Start, rows.Count), y.Slice(rows.Start, rows.Count));
            }
        }

        public void Backward(Tape tape, Tensor? x, Tensor? dx, bool accumulate)
        {
            var dy = GradientOfResult(tape);
            if (_weight.Tree is { } tree)
            {
                tape.Device.LinearWeightGradient(dy, x!, tape.GroupStarts, tree);
            }

            if (weights.Bias is { Tree: { } treeOfBias })
            {
                tape.Device.BiasGradient(dy, tape.GroupStarts, treeOfBias);
            }

            if (dx is not null)
            {
                tape.Device.LinearInputGradient(dy, _weight.Packed!, dx, accumulate);
            }

            if (_adapter is not null)
            {
                BackwardAdapter(tape, _adapter, x, dx, dy);
            }

            if (residual is { NeedsGradient: true })
            {
                ShareGradient(tape, residual, dy);
            }
        }

        Tensor GradientOfResult(Tape tape)
        {
            if (parts.Length == 1)
            {
                return parts[0].Gradient!;
            }

            var dy = tape.Arena.New(parts[0].Rows, _weight.Rows);
            tape.Device.JoinColumns(Array.ConvertAll(parts, part => part.Gradient!), dy);
            return dy;
        }

        void BackwardAdapter(Tape tape, LowRank adapter, Tensor? x, Tensor? dx, Tensor dy)
        {
            var mark = tape.Arena.Mark();
            if (adapter.B.Tree is { } treeOfB)
            {
                tape.Device.LinearWeightGradient(dy, _thin!, tape.GroupStarts, treeOfB);
            }

            var dThin = tape.Arena.New(_thin!.Rows, _thin.Columns);
            tape.Device.LinearInputGradient(dy, adapter.B.Packed!, dThin, accumulate: false);
            tape.Device.Scale(adapter.Scale, dThin);
            if (adapter.A.Tree is { } treeOfA)
            {
                tape.Device.LinearWeightGradient(dThin, x!, tape.GroupStarts, treeOfA);
            }

            if (dx is not null)
            {
                tape.Device.LinearInputGradient(dThin, adapter.A.Packed!, dx, accumulate: true);
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
}
