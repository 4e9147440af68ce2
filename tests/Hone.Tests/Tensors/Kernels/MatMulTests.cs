using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed unsafe class MatMulTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly Workers _two = new(2);

    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 67)];

    // rows, N, K: past the tile, the panel, the block of rows and the block of the inner index.
    public static TheoryData<int, int, int> LargeShapes => new()
    {
        { 1, 384, 128 }, { 2, 161, 257 }, { 3, 300, 65 }, { 6, 130, 96 }, { 17, 128, 1030 }, { 64, 97, 2100 }, { 201, 48, 40 }, { 400, 8, 129 },
        { 530, 410, 330 }, { 9, 4200, 99 }, { 3, 1056, 33 }, { 401, 1040, 9 }, { 2, 1200, 40 }, { 1, 300, 67 },
    };

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Theory, MemberData(nameof(Widths))]
    public void Forward_matches_the_reference_at_every_width(int N)
    {
        for (int K = 1; K <= 67; K++)
        {
            CheckForward(1 + ((N + K) % 17), N, K);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Input_gradient_matches_the_reference_at_every_width(int N)
    {
        for (int K = 1; K <= 67; K++)
        {
            CheckInputGradient(1 + ((N + K) % 17), N, K);
        }
    }

    [Theory, MemberData(nameof(LargeShapes))]
    public void Forward_matches_the_reference_at_large_shapes(int rows, int N, int K) => CheckForward(rows, N, K);

    [Theory, MemberData(nameof(LargeShapes))]
    public void Input_gradient_matches_the_reference_at_large_shapes(int rows, int N, int K) => CheckInputGradient(rows, N, K);

    [Theory, MemberData(nameof(LargeShapes))]
    public void Bf16_weights_give_the_bits_of_the_same_weights_in_f32(int rows, int N, int K)
    {
        using var weights = TestMatrix.Random(N, K, 1);
        using var narrow = Bf16(weights);
        using var wide = PackedMatrix.FromF32(weights.Pointer, N, K);
        using var x = TestMatrix.Random(rows, K, 2);
        using var dy = TestMatrix.Random(rows, N, 3);
        using var y = Forward(x, narrow, _one);
        using var dx = InputGradient(dy, narrow, _one);

        using var expectedY = Forward(x, wide, _one);
        using var expectedDx = InputGradient(dy, wide, _one);
        y.AssertSameBits(expectedY);
        dx.AssertSameBits(expectedDx);
    }

    [Theory]
    [InlineData(ElementType.F32, 64)]
    [InlineData(ElementType.F32, 129)]
    [InlineData(ElementType.F32, 200)]
    [InlineData(ElementType.BF16, 64)]
    [InlineData(ElementType.BF16, 129)]
    [InlineData(ElementType.BF16, 200)]
    public void A_row_has_the_same_bits_alone_and_among_others(ElementType type, int N)
    {
        const int K = 1100, Rows = 64;
        using var weights = TestMatrix.Random(N, K, 1);
        using var w = type == ElementType.F32 ? PackedMatrix.FromF32(weights.Pointer, N, K) : Bf16(weights);
        using var x = TestMatrix.Random(Rows, K, 2);
        using var dy = TestMatrix.Random(Rows, N, 3);
        using var y = Forward(x, w, _two);
        using var dx = InputGradient(dy, w, _two);
        for (int height = 1; height <= 17; height++)
        {
            int first = Rows - (2 * height);
            using var yPart = new TestMatrix(height, N);
            using var dxPart = new TestMatrix(height, K);
            MatMul.Forward(x.Pointer + (first * K), height, w, yPart.Pointer, false, _one);
            MatMul.InputGradient(dy.Pointer + (first * N), height, w, dxPart.Pointer, false, _one);
            Assert.True(yPart.Span.SequenceEqual(y.Span.Slice(first * N, height * N)), $"y differs at {height} rows.");
            Assert.True(dxPart.Span.SequenceEqual(dx.Span.Slice(first * K, height * K)), $"dx differs at {height} rows.");
        }
    }

    [Theory, MemberData(nameof(LargeShapes))]
    public void Two_threads_give_the_bits_of_one(int rows, int N, int K)
    {
        using var weights = TestMatrix.Random(N, K, 1);
        using var w = PackedMatrix.FromF32(weights.Pointer, N, K, _two);
        using var x = TestMatrix.Random(rows, K, 2);
        using var dy = TestMatrix.Random(rows, N, 3);
        using var y1 = Forward(x, w, _one);
        using var y2 = Forward(x, w, _two);
        using var dx1 = InputGradient(dy, w, _one);
        using var dx2 = InputGradient(dy, w, _two);
        y2.AssertSameBits(y1);
        dx2.AssertSameBits(dx1);
    }

    [Fact]
    public void Rows_of_wider_matrices_are_read_and_written_in_place()
    {
        const int N = 37, K = 21, Rows = 9, Wider = 50;
        using var weights = TestMatrix.Random(N, K, 1);
        using var w = PackedMatrix.FromF32(weights.Pointer, N, K);
        using var x = TestMatrix.Random(Rows, Wider, 2);
        using var y = new TestMatrix(Rows, Wider, fill: 7);
        MatMul.Forward(x.Pointer, Wider, Rows, w, y.Pointer, Wider, false, _one);
        AssertInPlace(y, TestMatrix.Product(Narrow(x, K), false, weights, true), N);

        using var dx = new TestMatrix(Rows, Wider, fill: 7);
        MatMul.InputGradient(x.Pointer, Wider, Rows, w, dx.Pointer, Wider, false, _one);
        AssertInPlace(dx, TestMatrix.Product(Narrow(x, N), false, weights, false), K);
    }

    // The columns beyond the result keep the 7 they had.
    static void AssertInPlace(TestMatrix actual, double[] expected, int columns)
    {
        var wider = new double[actual.Rows * actual.Columns];
        for (int i = 0; i < wider.Length; i++)
        {
            int row = i / actual.Columns, column = i % actual.Columns;
            wider[i] = column < columns ? expected[(row * columns) + column] : 7;
        }

        actual.AssertClose(wider, actual.Columns);
    }

    static TestMatrix Narrow(TestMatrix x, int columns)
    {
        var narrow = new TestMatrix(x.Rows, columns);
        for (int r = 0; r < x.Rows; r++)
        {
            x.Span.Slice(r * x.Columns, columns).CopyTo(narrow.Span[(r * columns)..]);
        }

        return narrow;
    }

    void CheckForward(int rows, int N, int K)
    {
        using var weights = TestMatrix.Random(N, K, N);
        using var x = TestMatrix.Random(rows, K, K + 100);
        using var w = PackedMatrix.FromF32(weights.Pointer, N, K);
        using var y = new TestMatrix(rows, N, fill: 3);
        var expected = TestMatrix.Product(x, false, weights, true);
        MatMul.Forward(x.Pointer, rows, w, y.Pointer, accumulate: false, _two);
        y.AssertClose(expected, K);

        y.Span.Fill(0.5f);
        MatMul.Forward(x.Pointer, rows, w, y.Pointer, accumulate: true, _two);
        y.AssertClose(Array.ConvertAll(expected, value => value + 0.5), K);
    }

    void CheckInputGradient(int rows, int N, int K)
    {
        using var weights = TestMatrix.Random(N, K, N);
        using var dy = TestMatrix.Random(rows, N, K + 100);
        using var w = PackedMatrix.FromF32(weights.Pointer, N, K);
        using var dx = new TestMatrix(rows, K, fill: 3);
        var expected = TestMatrix.Product(dy, false, weights, false);
        MatMul.InputGradient(dy.Pointer, rows, w, dx.Pointer, accumulate: false, _two);
        dx.AssertClose(expected, N);

        dx.Span.Fill(0.5f);
        MatMul.InputGradient(dy.Pointer, rows, w, dx.Pointer, accumulate: true, _two);
        dx.AssertClose(Array.ConvertAll(expected, value => value + 0.5), N);
    }

    static PackedMatrix Bf16(TestMatrix weights)
    {
        fixed (ushort* halves = weights.ToBf16())
        {
            return PackedMatrix.FromBf16(halves, weights.Rows, weights.Columns);
        }
    }

    static TestMatrix Forward(TestMatrix x, PackedMatrix w, Workers workers)
    {
        var y = new TestMatrix(x.Rows, w.N);
        MatMul.Forward(x.Pointer, x.Rows, w, y.Pointer, accumulate: false, workers);
        return y;
    }

    static TestMatrix InputGradient(TestMatrix dy, PackedMatrix w, Workers workers)
    {
        var dx = new TestMatrix(dy.Rows, w.K);
        MatMul.InputGradient(dy.Pointer, dy.Rows, w, dx.Pointer, accumulate: false, workers);
        return dx;
    }
}
