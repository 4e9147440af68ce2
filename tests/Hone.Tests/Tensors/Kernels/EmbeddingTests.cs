using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class EmbeddingTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Gather_copies_the_rows_of_both_element_types(int C)
    {
        ushort[] narrow = [.. Randoms.Normal(6 * C, seed: C).Select(Bf16.Narrow)];
        float[] wide = [.. narrow.Select(Bf16.Widen)];
        int[] ids = [5, 0, 3, 3];
        float[] expected = [.. ids.SelectMany(id => wide[(id * C)..((id + 1) * C)])];
        var (y, z) = (new float[4 * C], new float[4 * C]);

        Embedding.Gather(wide, ids, y);
        Embedding.Gather(narrow, ids, z);

        Assert.Equal(expected, y);
        Assert.Equal(expected, z);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void Scatter_adds_every_row_to_the_row_of_its_id(int C)
    {
        var dy = Randoms.Normal(3 * C, seed: C);
        var dTable = Enumerable.Repeat(1f, 4 * C).ToArray();

        Embedding.ScatterAdd(dy, [2, 0, 2], dTable);

        for (int c = 0; c < C; c++)
        {
            Assert.Equal([1 + dy[C + c], 1, 1 + dy[c] + dy[2 * C + c], 1], [dTable[c], dTable[C + c], dTable[2 * C + c], dTable[3 * C + c]]);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void An_id_outside_the_table_is_named(int id)
    {
        var failure = Assert.Throws<ArgumentException>(() => Embedding.Gather(new float[8], [id], new float[2]));

        Assert.Contains($"Token id {id} is outside the embedding table, which holds ids 0 to 3.", failure.Message, StringComparison.Ordinal);
    }
}
