using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed class AttentionTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly Workers _three = new(3);

    public static TheoryData<int> HeadWidths => [.. Widths.Small, 128];

    public static TheoryData<int, int> HeadCounts => new() { { 1, 1 }, { 2, 1 }, { 4, 2 }, { 7, 1 }, { 6, 2 }, { 3, 3 } };

    /// <summary>Around a page of 16 and a block of 64 positions.</summary>
    public static TheoryData<int> Lengths => [1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 130];

    public static TheoryData<int> Windows => [2, 16, 17, 63, 64, 65, 100, 1000];

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }

    [Theory, MemberData(nameof(HeadWidths))]
    public void Every_head_width_matches_the_reference(int D) => Check(Shape(2, 1, D), (21, [3, 0, 18]), (1, [1, 2]));

    [Theory, MemberData(nameof(HeadCounts))]
    public void Every_grouping_of_heads_matches_the_reference(int heads, int keyValueHeads) =>
        Check(Shape(heads, keyValueHeads, 20), (18, [1, 17, 33]), (37, [5]));

    [Theory, MemberData(nameof(Lengths))]
    public void Every_length_of_a_prompt_matches_the_reference(int length) => Check(Shape(2, 1, 8), (length, [3, 16]), (length, []));

    [Theory, MemberData(nameof(Lengths))]
    public void Every_length_of_a_completion_matches_the_reference(int length) => Check(Shape(2, 1, 8), (19, [length, 2, length]));

    [Fact]
    public void Scores_far_apart_match_the_reference()
    {
        // Scores of some hundreds: one rounding of them is 3e-5, and p is as far off.
        var shape = Shape(4, 2, 16) with { Scale = 30 };

        Check(shape, slack: 100, (70, [9, 12]));
    }

    [Theory, MemberData(nameof(Windows))]
    public void Every_window_matches_the_reference(int window) =>
        Check(Shape(6, 2, 20) with { Window = window }, (70, [9, 140]), (200, []));

    [Theory]
    [InlineData(0.3f, 0)]
    [InlineData(2f, 0)]
    [InlineData(50f, 17)]
    public void Every_soft_cap_matches_the_reference(float cap, int window) =>
        Check(Shape(6, 2, 20) with { SoftCap = cap, Window = window, Scale = 1 }, slack: 2, (70, [9, 140]), (200, []));

    [Fact]
    public void A_row_that_sees_itself_alone_gets_its_own_value()
    {
        using var batch = new AttentionBatch(Shape(2, 2, 20) with { Window = 1 }, _one, (70, [9]));

        batch.Forward();

        Assert.Equal(batch.V.Span.ToArray(), batch.Y.Span.ToArray());
    }

    [Fact]
    public void The_reference_gradient_is_that_of_central_differences()
    {
        var shape = Shape(2, 1, 3) with { SoftCap = 1.5f };
        using var batch = new AttentionBatch(shape, _one, (3, [2, 1]));
        var (q, k, v) = (batch.Q.Span.ToArray(), batch.K.Span.ToArray(), batch.V.Span.ToArray());
        var (dy, reference) = (batch.Dy.Span.ToArray(), new AttentionReference(shape, batch.Sight));

        var (dq, dk, dv) = reference.Backward(Doubles.Of(q), Doubles.Of(k), Doubles.Of(v), Doubles.Of(dy));

        double Loss(double[] q, double[] k, double[] v) => Doubles.Dot(reference.Forward(q, k, v), dy);
        AssertNear(Doubles.Gradient(at => Loss(at, Doubles.Of(k), Doubles.Of(v)), q), dq);
        AssertNear(Doubles.Gradient(at => Loss(Doubles.Of(q), at, Doubles.Of(v)), k), dk);
        AssertNear(Doubles.Gradient(at => Loss(Doubles.Of(q), Doubles.Of(k), at), v), dv);
    }

    [Theory]
    [InlineData(20, 4, 2, 0)]
    [InlineData(33, 7, 1, 0)]
    [InlineData(20, 4, 2, 30)]
    public void Rows_one_by_one_have_the_bits_of_all_at_once(int D, int heads, int keyValueHeads, int window)
    {
        using var batch = new AttentionBatch(Shape(heads, keyValueHeads, D) with { Window = window }, _one, (37, [70, 3]), (5, [16]));
        batch.Forward();
        int[] rows = [.. Enumerable.Range(0, 37 + 70)];

        float[][] oneByOne = batch.ForwardOneByOne(rows);

        Assert.All(rows, row => Assert.Equal(batch.Y.RowSpan(row).ToArray(), oneByOne[row]));
    }

    [Fact]
    public void A_group_has_the_same_bits_on_three_threads_and_behind_another()
    {
        var shape = Shape(6, 2, 20);
        using var alone = new AttentionBatch(shape, _one, (37, [5, 70]));
        using var second = new AttentionBatch(shape, _three, (21, [8]), (37, [5, 70]));
        foreach (var (source, target) in new[] { (alone.Q, second.Q), (alone.K, second.K), (alone.V, second.V), (alone.Dy, second.Dy) })
        {
            source.Span.CopyTo(target.Span[(29 * source.Columns)..]);
        }

        alone.Forward().Backward();
        second.Forward().Backward();

        foreach (var (expected, actual) in new[] { (alone.Y, second.Y), (alone.Dq, second.Dq), (alone.Dk, second.Dk), (alone.Dv, second.Dv) })
        {
            Assert.Equal(expected.Span.ToArray(), actual.Span[(29 * expected.Columns)..].ToArray());
        }
    }

    static AttentionShape Shape(int heads, int keyValueHeads, int D) => new(heads, keyValueHeads, D, 1f / MathF.Sqrt(D));

    void Check(AttentionShape shape, params (int Prompt, int[] Completions)[] groups) => Check(shape, slack: 1, groups);

    void Check(AttentionShape shape, double slack, params (int Prompt, int[] Completions)[] groups)
    {
        using var batch = new AttentionBatch(shape, _one, groups);
        var reference = new AttentionReference(shape, batch.Sight);
        double[] q = Of(batch.Q), k = Of(batch.K), v = Of(batch.V);

        batch.Forward().Backward();

        AssertClose(reference.Forward(q, k, v), batch.Y, slack * 2e-6);
        var (dq, dk, dv) = reference.Backward(q, k, v, Of(batch.Dy));
        AssertClose(dq, batch.Dq, slack * 1e-5);
        AssertClose(dk, batch.Dk, slack * 1e-5);
        AssertClose(dv, batch.Dv, slack * 1e-5);
    }

    static double[] Of(Tensor tensor) => Doubles.Of(tensor.Span.ToArray());

    static void AssertClose(double[] expected, Tensor actual, double ofLargest) =>
        Close.AssertAll(expected, actual.Span.ToArray(), relative: 0, absolute: ofLargest * expected.Max(Math.Abs));

    static void AssertNear(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Close.AssertEqual(pair.First, pair.Second, 1e-7, 1e-7));
}
