namespace Hone.Tensors.Kernels;

/// <summary>Moves rows of keys or values [T, KV·D] into pages of 16 positions.</summary>
/// <remarks>
/// Transposed page of a head: [D, 16], so that 16 scores lie in the lanes of a vector. Plain page of a head: [16, padded D].
/// Lanes of positions that were never placed hold anything; attention masks them.
/// </remarks>
public static unsafe class AttentionPages
{
    /// <summary>Where the transposed pages of a head begin.</summary>
    public static void Transposed(in AttentionShape shape, ReadOnlySpan<int> pages, int keyValueHead, float* memory, float** starts)
    {
        for (int i = 0; i < pages.Length; i++)
        {
            starts[i] = memory + ((long)pages[i] * shape.TransposedPage) + (keyValueHead * shape.HeadWidth * AttentionPlan.PageSize);
        }
    }

    /// <summary>Where the rows of the first <paramref name="count"/> positions begin in the plain pages of a head.</summary>
    public static void PlainRows(
        in AttentionShape shape, ReadOnlySpan<int> pages, int count, int keyValueHead, float* memory, float** rows)
    {
        int padded = shape.PaddedWidth;
        for (int i = 0; i < pages.Length; i++)
        {
            float* page = memory + ((long)pages[i] * shape.PlainPage) + (keyValueHead * AttentionPlan.PageSize * padded);
            for (int j = i * AttentionPlan.PageSize; j < Math.Min(count, (i + 1) * AttentionPlan.PageSize); j++, page += padded)
            {
                rows[j] = page;
            }
        }
    }

    public static void PlaceTransposed(in AttentionShape shape, float* row, int slot, float* pages)
    {
        int D = shape.HeadWidth;
        float* page = pages + ((long)(slot / AttentionPlan.PageSize) * shape.TransposedPage) + (slot % AttentionPlan.PageSize);
        for (int i = 0; i < shape.KeyValueHeads * D; i++)
        {
            page[i * AttentionPlan.PageSize] = row[i];
        }
    }

    public static void PlacePlain(in AttentionShape shape, float* row, int slot, float* pages)
    {
        int D = shape.HeadWidth, padded = shape.PaddedWidth;
        float* page = pages + ((long)(slot / AttentionPlan.PageSize) * shape.PlainPage)
            + (slot % AttentionPlan.PageSize * padded);
        for (int head = 0; head < shape.KeyValueHeads; head++)
        {
            new ReadOnlySpan<float>(row + (head * D), D)
                .CopyTo(new Span<float>(page + (head * AttentionPlan.PageSize * padded), D));
        }
    }
}
