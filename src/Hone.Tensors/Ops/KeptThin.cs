namespace Hone.Tensors.Ops;

/// <summary>Room for the low-rank activations [·, R] of one kind of layer in all experts: a row for each slot if there is a backward pass.</summary>
readonly struct KeptThin(Tensor? slots, ExpertRows rows)
{
    public static KeptThin For(Tape tape, ExpertRows rows, bool keep, IEnumerable<LinearWeights> layers)
    {
        int rank = keep ? layers.Max(layer => layer.Adapter?.A.Rows ?? 0) : 0;
        return new(rank > 0 ? tape.Arena.New(rows.Slots, rank) : null, rows);
    }

    public ThinRows Part(int expert) =>
        new(slots?.Slice(rows.Start(expert), rows.Count(expert)), rows.Count(expert), rows.Batch);
}

/// <summary>One expert's part: its rows, at most <paramref name="most"/>.</summary>
readonly unsafe struct ThinRows(Tensor? kept, int count, int most)
{
    /// <summary>The kept rows, or scratch memory where nothing is kept.</summary>
    public Tensor Take(Tape tape, int rank) => kept is null ? Scratch(tape, rank) : new Tensor(kept.Pointer, count, rank);

    public Tensor Scratch(Tape tape, int rank) => tape.Arena.New(most, rank).Slice(0, count);
}
