using System.Diagnostics.CodeAnalysis;

namespace Hone.Tensors.Kernels;

/// <summary>Rows of a table by id: y[r] = table[ids[r]].</summary>
/// <remarks>
/// <para>table, dTable: [V, C], float or BF16. ids: [R]. y, dy: [R, C].</para>
/// <para>Gather is exact. Scatter adds the rows of one id in ascending order of r.</para>
/// </remarks>
public static class Embedding
{
    public static void Gather(ReadOnlySpan<float> table, ReadOnlySpan<int> ids, Span<float> y)
    {
        int C = Width(ids, y.Length);
        for (int r = 0; r < ids.Length; r++)
        {
            Row(table, ids[r], C).CopyTo(y.Slice(r * C, C));
        }
    }

    /// <summary>The same from a table of BF16, widened exactly.</summary>
    public static void Gather(ReadOnlySpan<ushort> table, ReadOnlySpan<int> ids, Span<float> y)
    {
        int C = Width(ids, y.Length);
        for (int r = 0; r < ids.Length; r++)
        {
            Bf16.Widen(Row(table, ids[r], C), y.Slice(r * C, C));
        }
    }

    /// <summary>dTable[ids[r]] += dy[r], r ascending.</summary>
    public static void ScatterAdd(ReadOnlySpan<float> dy, ReadOnlySpan<int> ids, Span<float> dTable)
    {
        int C = Width(ids, dy.Length);
        for (int r = 0; r < ids.Length; r++)
        {
            Row<float>(dTable, ids[r], C); // checks the id
            ElementWise.Add(dy.Slice(r * C, C), dTable.Slice(ids[r] * C, C));
        }
    }

    static int Width(ReadOnlySpan<int> ids, int elements)
    {
        int C = ids.Length == 0 ? 0 : elements / ids.Length;
        Require.Equal(elements, (long)ids.Length * C);
        return C;
    }

    static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> table, int id, int C)
    {
        if (id < 0 || (id + 1L) * C > table.Length)
        {
            ThrowId(id, table.Length / C);
        }

        return table.Slice(id * C, C);
    }

    [DoesNotReturn]
    static void ThrowId(int id, int rows) =>
        throw new ArgumentException($"Token id {id} is outside the embedding table, which holds ids 0 to {rows - 1}.", nameof(id));
}
