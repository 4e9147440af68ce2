using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed unsafe class GradientTreeTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly Workers _two = new(2);

    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 67)];

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Theory, MemberData(nameof(Widths))]
    public void Weight_gradient_matches_the_reference_at_every_width(int N)
    {
        for (int K = 1; K <= 67; K++)
        {
            Check(1 + ((N + K) % 9), N, K);
        }
    }

    [Theory]
    [InlineData(900, 40, 70)]
    [InlineData(30, 200, 130)]
    [InlineData(30, 8, 300)]
    [InlineData(30, 300, 8)]
    [InlineData(600, 90, 1100)]
    [InlineData(40, 16, 90)]
    [InlineData(300, 300, 16)]
    public void Weight_gradient_matches_the_reference_at_large_shapes(int rows, int N, int K) => Check(rows, N, K);

    [Theory]
    [InlineData(70, 40)]
    [InlineData(8, 100)]
    [InlineData(100, 8)]
    [InlineData(130, 128)]
    public void Micro_batches_of_any_size_give_the_same_bits(int N, int K)
    {
        int[] starts = [0, 5, 6, 6, 30, 41, 50, 66, 70, 81, 90, 93, 120];
        using var dy = TestMatrix.Random(120, N, 1);
        using var x = TestMatrix.Random(120, K, 2);
        using var whole = Sum(dy, x, starts, starts.Length - 1, _one);
        foreach (int groups in new[] { 1, 3, 8 })
        {
            using var parts = Sum(dy, x, starts, groups, _two);
            parts.AssertSameBits(whole);
        }
    }

    [Fact]
    public void Leaves_are_joined_in_a_binary_tree_over_their_index()
    {
        // In floats 1e8 + 1 = 1e8: every other order of summation gives another result.
        float[] leaves = [1e8f, 1, -1e8f, 1, 3, 1e8f, -1e8f];
        using var tree = new GradientTree(1, 1);
        foreach (float leaf in leaves)
        {
            tree.AddLeaf([leaf]);
        }

        float sum;
        tree.Finish(&sum);
        Assert.Equal(((leaves[0] + leaves[1]) + (leaves[2] + leaves[3])) + ((leaves[4] + leaves[5]) + leaves[6]), sum);
        Assert.Equal(0, tree.NextLeaf);
    }

    [Theory]
    [InlineData(1, 130)]
    [InlineData(70, 9)]
    [InlineData(9, 70)]
    public void A_leaf_summed_elsewhere_counts_as_one_summed_by_the_product(int N, int K)
    {
        using var dy = TestMatrix.Random(3, N, 1);
        using var x = TestMatrix.Random(3, K, 2);
        using var expected = Sum(dy, x, [0, 1, 2, 3], 3, _one);
        using var actual = new TestMatrix(N, K);
        using var tree = new GradientTree(N, K);
        for (int m = 0; m < 3; m++)
        {
            var leaf = new float[N * K];
            for (int i = 0; i < leaf.Length; i++)
            {
                leaf[i] = dy[m, i / K] * x[m, i % K];
            }

            tree.AddLeaf(leaf);
        }

        tree.Finish(actual.Pointer);
        actual.AssertSameBits(expected);
    }

    [Fact]
    public void A_step_without_groups_has_a_gradient_of_zero()
    {
        using var tree = new GradientTree(5, 7);
        using var gradient = new TestMatrix(5, 7, fill: 3);
        tree.Finish(gradient.Pointer);
        gradient.AssertClose(new double[35], 0);
    }

    [Fact]
    public void A_finished_tree_starts_anew()
    {
        using var dy = TestMatrix.Random(4, 3, 1);
        using var x = TestMatrix.Random(4, 5, 2);
        using var gradient = new TestMatrix(3, 5);
        using var tree = new GradientTree(3, 5);
        using var expected = Sum(dy, x, [0, 2, 4], 2, _one);
        for (int step = 0; step < 2; step++)
        {
            MatMul.WeightGradient(dy.Pointer, x.Pointer, [0, 2, 4], tree, _one);
            tree.Finish(gradient.Pointer, _two);
            gradient.AssertSameBits(expected);
        }
    }

    void Check(int rows, int N, int K)
    {
        using var dy = TestMatrix.Random(rows, N, N);
        using var x = TestMatrix.Random(rows, K, K + 100);
        using var gradient = Sum(dy, x, [0, rows / 2, rows], 2, _two);
        gradient.AssertClose(TestMatrix.Product(dy, true, x, false), rows);
    }

    static TestMatrix Sum(TestMatrix dy, TestMatrix x, int[] starts, int groupsPerCall, Workers workers)
    {
        using var tree = new GradientTree(dy.Columns, x.Columns);
        for (int g = 0; g < starts.Length - 1; g += groupsPerCall)
        {
            int first = starts[g], count = Math.Min(groupsPerCall, starts.Length - 1 - g);
            int[] part = [.. starts.Skip(g).Take(count + 1).Select(s => s - first)];
            MatMul.WeightGradient(dy.Pointer + (first * dy.Columns), x.Pointer + (first * x.Columns), part, tree, workers);
        }

        var gradient = new TestMatrix(dy.Columns, x.Columns);
        tree.Finish(gradient.Pointer);
        return gradient;
    }
}
