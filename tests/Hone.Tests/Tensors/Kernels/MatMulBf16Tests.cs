using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed unsafe class MatMulBf16Tests
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 67)];

    // rows, N, K: past the tile, the panel, the block of rows and the block of the inner index.
    public static TheoryData<int, int, int> LargeShapes => new()
    {
        { 1, 384, 128 }, { 2, 161, 257 }, { 3, 300, 65 }, { 6, 130, 96 }, { 17, 128, 1030 }, { 40, 97, 4864 }, { 201, 48, 40 }, { 400, 8, 129 },
        { 3, 1056, 33 }, { 401, 1040, 9 }, { 2, 2200, 40 }, { 5, 4131, 67 }, { 7, 65, 4301 },
    };

    [Theory, MemberData(nameof(Widths))]
    public void Managed_products_match_the_reference_at_every_width(int N) => CheckWidths(Bf16Path.Managed, N);

    [MachineCodeTheory, MemberData(nameof(Widths))]
    public void Emitted_products_match_the_reference_at_every_width(int N) => CheckWidths(Bf16Path.MachineCode, N);

    [Theory, MemberData(nameof(LargeShapes))]
    public void Managed_products_match_the_reference_at_large_shapes(int rows, int N, int K) => Check(Bf16Path.Managed, rows, N, K);

    [MachineCodeTheory, MemberData(nameof(LargeShapes))]
    public void Emitted_products_match_the_reference_at_large_shapes(int rows, int N, int K) => Check(Bf16Path.MachineCode, rows, N, K);

    [MachineCodeFact]
    public void Emitted_products_match_the_reference_at_every_height()
    {
        for (int rows = 1; rows <= 40; rows++)
        {
            Check(Bf16Path.MachineCode, rows, 129 + rows, 67 + rows);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(129)]
    [InlineData(200)]
    public void A_managed_row_has_the_same_bits_alone_and_among_others(int N) => CheckRows(Bf16Path.Managed, N);

    [MachineCodeTheory]
    [InlineData(64)]
    [InlineData(129)]
    [InlineData(200)]
    public void An_emitted_row_has_the_same_bits_alone_and_among_others(int N) => CheckRows(Bf16Path.MachineCode, N);

    [Theory, MemberData(nameof(LargeShapes))]
    public void Two_threads_give_the_bits_of_one(int rows, int N, int K)
    {
        using var one = new Bf16Products(rows, N, K, threads: 1);
        using var two = new Bf16Products(rows, N, K, threads: 2);

        one.Forward(MatMulBf16.Path).AssertSameBits(two.Forward(MatMulBf16.Path));
        one.InputGradient(MatMulBf16.Path).AssertSameBits(two.InputGradient(MatMulBf16.Path));
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F800000u)] // a tie goes to the even neighbour
    [InlineData(0x3F818000u, 0x3F820000u)]
    [InlineData(0x3F808001u, 0x3F810000u)]
    [InlineData(0x7F800000u, 0x7F800000u)]
    [InlineData(0x7F7FFFFFu, 0x7F800000u)]
    [InlineData(0x7FC00000u, 0x7FC00000u)]
    public void The_left_side_is_rounded_to_the_nearest_and_what_is_not_finite_stays(uint value, uint expected)
    {
        using var weights = new TestMatrix(1, 1, fill: 1);
        using var x = new TestMatrix(1, 1, fill: BitConverter.UInt32BitsToSingle(value));
        using var y = new TestMatrix(1, 1);
        using var workers = new Workers(1);
        fixed (ushort* halves = weights.ToBf16())
        {
            using var w = PackedMatrix.FromBf16(halves, 1, 1);
            MatMulBf16.Forward(x.Pointer, 1, 1, w, y.Pointer, 1, null, 0, workers);
        }

        Assert.Equal(BitConverter.UInt32BitsToSingle(expected), y[0, 0]);
    }

    [Fact]
    public void Parts_give_the_bits_of_the_whole()
    {
        const int Rows = 14, N = 161, K = 97, Cut = 64;
        using var products = new Bf16Products(Rows, N, K);
        using var y = new TestMatrix(Rows, N);
        using var dx = new TestMatrix(Rows, K);
        var path = MatMulBf16.Path;
        using var memory = new NativeBuffer(RoundedRows.BytesOf(Rows, N, path));

        var x = new RoundedRows(memory.Pointer, K, path);
        x.Round(products.X.Pointer, K, Rows);
        MatMulBf16.ForwardPanels(x, Rows, products.W, 2, 6, y.Pointer + Cut, N);
        MatMulBf16.ForwardPanels(x, Rows, products.W, 0, 2, y.Pointer, N);
        foreach (var (start, end) in new[] { (0, Cut), (Cut, N) })
        {
            var dy = new RoundedRows(memory.Pointer, end - start, path);
            dy.Round(products.Dy.Pointer + start, N, Rows);
            MatMulBf16.InputGradientRange(dy, Rows, products.W, start, end, dx.Pointer, K, start > 0);
        }

        y.AssertSameBits(products.Forward(path));
        dx.AssertSameBits(products.InputGradient(path));
    }

    [Fact]
    public void A_product_finds_nothing_of_the_one_before_it()
    {
        using var spoilt = new Bf16Products(3, 70, 70);
        spoilt.X.Span.Fill(float.NaN);
        spoilt.Dy.Span.Fill(float.NaN);
        spoilt.Forward(MatMulBf16.Path).Dispose();
        spoilt.InputGradient(MatMulBf16.Path).Dispose();

        Check(MatMulBf16.Path, 3, 33, 35);
    }

    [Fact]
    public void Rows_of_wider_matrices_are_read_and_written_in_place()
    {
        const int Rows = 9, N = 37, K = 21, Wider = 50;
        using var products = new Bf16Products(Rows, N, K);
        using var wide = new TestMatrix(Rows, Wider, fill: 7);
        using var workers = new Workers(1);

        MatMulBf16.Forward(products.X.Pointer, K, Rows, products.W, wide.Pointer, Wider, null, 0, workers);

        using var expected = products.Forward(MatMulBf16.Path);
        for (int r = 0; r < Rows; r++)
        {
            Assert.True(expected.Span.Slice(r * N, N).SequenceEqual(wide.Span.Slice(r * Wider, N)));
            Assert.Equal(-1, wide.Span.Slice((r * Wider) + N, Wider - N).IndexOfAnyExcept(7f));
        }
    }

    [Fact]
    public void Sums_that_start_elsewhere_have_the_bits_of_sums_that_start_in_place()
    {
        const int Rows = 19, N = 81, K = 1700;
        using var products = new Bf16Products(Rows, N, K);
        using var start = TestMatrix.Random(Rows, N + 3, 9);
        using var actual = new TestMatrix(Rows, N);
        using var expected = new TestMatrix(Rows, N);
        using var workers = new Workers(2);
        for (int r = 0; r < Rows; r++)
        {
            start.Span.Slice(r * (N + 3), N).CopyTo(expected.Span[(r * N)..]);
        }

        MatMulBf16.Forward(products.X.Pointer, K, Rows, products.W, actual.Pointer, N, start.Pointer, N + 3, workers);
        MatMulBf16.Forward(products.X.Pointer, K, Rows, products.W, expected.Pointer, N, expected.Pointer, N, workers);

        actual.AssertSameBits(expected);
    }

    [Fact]
    public void A_matrix_of_f32_is_refused()
    {
        using var weights = new TestMatrix(3, 3);
        using var w = PackedMatrix.FromF32(weights.Pointer, 3, 3);

        Assert.Throws<ArgumentException>(() => MatMulBf16.Forward(null, 3, 0, w, null, 3, null, 0, Workers.Default));
    }

    static void CheckWidths(Bf16Path path, int N)
    {
        for (int K = 1; K <= 67; K++)
        {
            Check(path, 1 + ((N + K) % 17), N, K);
        }
    }

    static void Check(Bf16Path path, int rows, int N, int K)
    {
        using var products = new Bf16Products(rows, N, K, threads: 2);
        double[] y = products.ExpectedForward(), dx = products.ExpectedInputGradient();

        products.Forward(path).AssertClose(y, K);
        products.InputGradient(path).AssertClose(dx, N);
        products.Forward(path, start: 0.5f).AssertClose(Array.ConvertAll(y, value => value + 0.5), K);
        products.InputGradient(path, start: 0.5f).AssertClose(Array.ConvertAll(dx, value => value + 0.5), N);
    }

    static void CheckRows(Bf16Path path, int N)
    {
        const int K = 1100, Rows = 64;
        using var products = new Bf16Products(Rows, N, K, threads: 2);
        var y = products.Forward(path);
        var dx = products.InputGradient(path);
        for (int height = 1; height <= 27; height++)
        {
            int first = Rows - (2 * height);
            Assert.True(
                products.Forward(path, first, height).Span.SequenceEqual(y.Span.Slice(first * N, height * N)), $"y differs at {height} rows.");
            Assert.True(
                products.InputGradient(path, first, height).Span.SequenceEqual(dx.Span.Slice(first * K, height * K)), $"dx differs at {height} rows.");
        }
    }
}
