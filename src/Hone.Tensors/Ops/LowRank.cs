namespace Hone.Tensors.Ops;

/// <summary>The factors of a LoRA adapter on one linear layer: A [R, K], B [N, R], the product scaled by alpha / R.</summary>
public sealed record LowRank(Parameter A, Parameter B, float Scale)
{
    /// <summary>y += scale · (x·Aᵀ)·Bᵀ without a backward pass, in the order that <see cref="LinearOp"/> has.</summary>
    internal void Add(Tape tape, Tensor x, Tensor y)
    {
        var mark = tape.Arena.Mark();
        var thin = tape.Arena.New(x.Rows, A.Rows);
        tape.Device.Linear(x, A.Packed!, thin, start: null);
        tape.Device.Scale(Scale, thin);
        tape.Device.Linear(thin, B.Packed!, y, start: y);
        tape.Arena.Release(mark);
    }
}

/// <summary>The factors for rows [Start, Start + Count) of a batch that several adapters share.</summary>
public readonly record struct RowAdapter(int Start, int Count, LowRank Factors)
{
    /// <summary>The part of an expert's rows, which ascend, that lies in this range: first slot and count.</summary>
    internal (int First, int Count) Within(ReadOnlySpan<int> rows)
    {
        int first = FirstFrom(rows, Start);
        return (first, FirstFrom(rows, Start + Count) - first);
    }

    static int FirstFrom(ReadOnlySpan<int> rows, int row)
    {
        int at = rows.BinarySearch(row);
        return at < 0 ? ~at : at;
    }
}
