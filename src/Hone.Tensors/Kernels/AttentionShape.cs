namespace Hone.Tensors.Kernels;

/// <summary>Heads of an attention: H query heads share KV key/value heads of width D; scores are scaled by <paramref name="Scale"/>.</summary>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadWidth, float Scale)
{
    /// <summary>Query heads that read the same key/value head.</summary>
    public int HeadsPerKey => Heads / KeyValueHeads;

    /// <summary>D rounded up to whole vectors.</summary>
    public int PaddedWidth => (HeadWidth + 15) & ~15;

    /// <summary>Floats of one page of transposed rows, all key/value heads: [KV, D, 16].</summary>
    public int TransposedPage => KeyValueHeads * HeadWidth * AttentionPlan.PageSize;

    /// <summary>Floats of one page of plain rows, all key/value heads: [KV, 16, padded D].</summary>
    public int PlainPage => KeyValueHeads * AttentionPlan.PageSize * PaddedWidth;
}
