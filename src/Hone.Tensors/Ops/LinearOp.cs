namespace Hone.Tensors.Ops;

/// <summary>A weight [N, K], its low-rank addition, or null, and its bias [N], or null.</summary>
public readonly record struct LinearWeights(Parameter Weight, LowRank? Adapter, Parameter? Bias = null)
{
    public bool Trains => Weight.Trains || Adapter is not null;
}

/// <summary>y = (residual +) x·Wᵀ + scale · (x·Aᵀ)·Bᵀ, with the adapter's term added after the base product, in one order everywhere.</summary>
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
        Product[] products = [new(tape, weights, y, residual)];
        Forward(tape, x, products);
        tape.Record(y, () => Backward(tape, x, products));
        return y;
    }

    /// <summary>Several layers over one input, which is computed once.</summary>
    public static Tensor[] Linear(this Tape tape, LinearInput x, params LinearWeights[] weights)
    {
        var products = Array.ConvertAll(
            weights, one => new Product(tape, one, tape.New(x.Rows, one.Weight.Rows, one.Trains || x.NeedsGradient), null));
        Forward(tape, x, products);
        if (Array.Find(products, product => product.Y.NeedsGradient) is { } any)
        {
            tape.Record(any.Y, () => Backward(tape, x, products));
        }

        return Array.ConvertAll(products, product => product.Y);
    }

    /// <summary>RMSNorm of x as the input of linear layers.</summary>
    public static LinearInput Normed(this Tape tape, Tensor x, Parameter weight, float epsilon) =>
        new NormedInput(tape, x, weight, epsilon);

    /// <summary>silu(gate) ⊙ up as the input of linear layers.</summary>
    public static LinearInput Gated(Tensor gate, Tensor up) => new GatedInput(gate, up);

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

    // One layer's part. Thin = scale · x·Aᵀ [T, R] is kept.
    sealed class Product(Tape tape, LinearWeights weights, Tensor y, Tensor? residual)
    {
        readonly Parameter _weight = weights.Weight;
        readonly LowRank? _adapter = weights.Adapter;
        readonly Tensor? _thin = weights.Adapter is { } adapter ? tape.New(y.Rows, adapter.A.Rows, true) : null;

        public Tensor Y => y;

        public bool ReadsInput => _weight.Trains || _adapter is { A.Trains: true };

        public void Forward(Tape tape, Tensor x)
        {
            tape.Device.Linear(x, _weight.Packed!, y, residual);
            if (_adapter is not null)
            {
                tape.Device.Linear(x, _adapter.A.Packed!, _thin!, start: null);
                tape.Device.Scale(_adapter.Scale, _thin!);
                tape.Device.Linear(_thin!, _adapter.B.Packed!, y, start: y);
            }
        }

        public void Backward(Tape tape, Tensor? x, Tensor? dx, bool accumulate)
        {
            var dy = y.Gradient!;
            if (_weight.Tree is { } tree)
            {
                tape.Device.LinearWeightGradient(dy, x!, tape.GroupStarts, tree);
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
