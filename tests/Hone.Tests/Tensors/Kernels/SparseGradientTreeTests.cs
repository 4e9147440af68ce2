using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public unsafe class SparseGradientTreeTests
{
    const int Rows = 20;

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(2, 33)]
    [InlineData(7, 16)]
    [InlineData(8, 3)]
    [InlineData(13, 17)]
    public void It_has_the_bits_of_the_dense_tree(int groups, int columns)
    {
        using var dense = new GradientTree(Rows, columns);
        using var sparse = new SparseGradientTree(Rows, columns);
        var random = new Random(groups);
        for (int step = 0; step < 2; step++)
        {
            for (int group = 0; group < groups; group++)
            {
                int[] ids = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(Rows))];
                using var dy = TestMatrix.Random(ids.Length, columns, group);
                sparse.AddLeaf(dy.Pointer, ids);
                dense.AddLeaf(Scatter(dy, ids));
            }

            using var expected = new TestMatrix(Rows, columns);
            using var actual = new TestMatrix(Rows, columns);
            dense.Finish(expected.Pointer);
            sparse.AddTo(actual.Pointer);
            actual.AssertSameBits(expected);
            Assert.Equal(0, sparse.NextLeaf);
        }
    }

    [Fact]
    public void The_sum_is_added_to_what_the_gradient_holds()
    {
        using var tree = new SparseGradientTree(Rows, 1);
        float value = 2;
        tree.AddLeaf(&value, [4]);
        using var gradient = new TestMatrix(Rows, 1, fill: 1);
        tree.AddTo(gradient.Pointer);
        Assert.Equal(3, gradient[4, 0]);
        Assert.Equal(1, gradient[5, 0]);
    }

    static float[] Scatter(TestMatrix dy, int[] ids)
    {
        var leaf = new float[Rows * dy.Columns];
        for (int t = 0; t < ids.Length; t++)
        {
            for (int c = 0; c < dy.Columns; c++)
            {
                leaf[(ids[t] * dy.Columns) + c] += dy[t, c];
            }
        }

        return leaf;
    }
}
