using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>Keys and values of one layer as attention reads them: keys transposed [pages, KV, D, 16], values plain [pages, KV, 16, padded D].</summary>
public readonly unsafe struct KeyValuePages(float* keys, float* values)
{
    public float* Keys { get; } = keys;
    public float* Values { get; } = values;

    /// <summary>Pages for one batch, from its arena.</summary>
    public static KeyValuePages From(Arena arena, in AttentionShape shape, int pages) =>
        new(arena.New(pages, shape.TransposedPage).Pointer, arena.New(pages, shape.PlainPage).Pointer);

    public void CopyPage(in AttentionShape shape, int from, int to)
    {
        new Span<float>(Keys + ((long)from * shape.TransposedPage), shape.TransposedPage)
            .CopyTo(new Span<float>(Keys + ((long)to * shape.TransposedPage), shape.TransposedPage));
        new Span<float>(Values + ((long)from * shape.PlainPage), shape.PlainPage)
            .CopyTo(new Span<float>(Values + ((long)to * shape.PlainPage), shape.PlainPage));
    }
}

/// <summary>What attention's backward pass needs of the forward pass.</summary>
public sealed record AttentionTensors(Tensor Q, Tensor K, Tensor V, Tensor Y, Tensor LogSumExp, KeyValuePages Pages);
