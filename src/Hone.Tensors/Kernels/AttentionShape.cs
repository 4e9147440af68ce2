namespace Hone.Tensors.Kernels;

/// <summary>Heads of an attention: H query heads share KV key/value heads of width D; scores are scaled by <paramref name="Scale"/>.</summary>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadWidth, float Scale)
{
    // Queries of one task: they meet a block of keys and values while it lies in the first-level cache, and so do they.
    const int QueriesPerTask = 32;

    /// <summary>Positions that a row sees, its own the last: p − W + 1 to p. 0: all before it.</summary>
    public int Window { get; init; }

    /// <summary>Scores become c · tanh(score / c) before the mask. 0: they stay.</summary>
    public float SoftCap { get; init; }

    /// <summary>Query heads that read the same key/value head.</summary>
    public int HeadsPerKey => Heads / KeyValueHeads;

    /// <summary>Query rows of one task.</summary>
    public int RowsPerTask => Math.Max(1, QueriesPerTask / HeadsPerKey);

    /// <summary>D rounded up to whole vectors.</summary>
    public int PaddedWidth => (HeadWidth + 15) & ~15;

    /// <summary>Floats of one page of transposed rows, all key/value heads: [KV, D, 16].</summary>
    public int TransposedPage => KeyValueHeads * HeadWidth * AttentionPlan.PageSize;

    /// <summary>Floats of one page of plain rows, all key/value heads: [KV, 16, padded D].</summary>
    public int PlainPage => KeyValueHeads * AttentionPlan.PageSize * PaddedWidth;

    /// <summary>The first position that a row at <paramref name="position"/> sees.</summary>
    public int FirstSeen(int position) => Window > 0 ? Math.Max(0, position - Window + 1) : 0;
}
