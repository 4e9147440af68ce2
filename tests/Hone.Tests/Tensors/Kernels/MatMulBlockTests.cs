using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed unsafe class MatMulBlockTests : IDisposable
{
    readonly Workers _two = new(2);

    // rows, N, K, panels to a block.
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 300, 70, 4 }, { 2, 417, 33, 5 }, { 5, 96, 40, 1 }, { 13, 70, 1100, 2 }, { 64, 1200, 196, 21 }, { 70, 130, 17, 3 },
    };

    public void Dispose() => _two.Dispose();

    [Theory, MemberData(nameof(Shapes))]
    public void Panels_of_outputs_have_the_bits_of_the_whole_product(int rows, int N, int K, int panels)
    {
        const int Extra = 3;
        foreach (var type in new[] { ElementType.F32, ElementType.BF16 })
        {
            using var w = Weights(N, K, type);
            using var x = TestMatrix.Random(rows, K + Extra, 2);
            using var whole = new TestMatrix(rows, N);
            using var y = new TestMatrix(rows, N);
            MatMul.Forward(x.Pointer, K + Extra, rows, w, whole.Pointer, N, accumulate: false, _two);

            int width = panels * 32;
            using var block = new TestMatrix(rows, width);
            for (int panel = 0; panel * 32 < N; panel += panels)
            {
                int columns = Math.Min(width, N - (panel * 32));
                MatMul.ForwardPanels(
                    x.Pointer, K + Extra, rows, w, panel, Math.Min(panel + panels, (N + 31) / 32), block.Pointer, width);
                for (int r = 0; r < rows; r++)
                {
                    block.Span.Slice(r * width, columns).CopyTo(y.Span[((r * N) + (panel * 32))..]);
                }
            }

            y.AssertSameBits(whole);
            Assert.True(block.EndIsUntouched);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Ranges_of_outputs_one_after_another_give_the_bits_of_the_whole_input_gradient(int rows, int N, int K, int panels)
    {
        const int Extra = 5;
        foreach (var type in new[] { ElementType.F32, ElementType.BF16 })
        {
            using var w = Weights(N, K, type);
            using var dy = TestMatrix.Random(rows, N, 3);
            foreach (bool accumulate in new[] { false, true })
            {
                using var whole = TestMatrix.Random(rows, K + Extra, 4);
                using var dx = whole.Copy();
                MatMul.InputGradient(dy.Pointer, N, rows, w, whole.Pointer, K + Extra, accumulate, _two);
                for (int n = 0; n < N; n += panels * 32)
                {
                    int end = Math.Min(N, n + (panels * 32));
                    MatMul.InputGradientRange(dy.Pointer + n, N, rows, w, n, end, dx.Pointer, K + Extra, accumulate || n > 0);
                }

                dx.AssertSameBits(whole);
                Assert.True(dx.EndIsUntouched);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Starting_from_another_matrix_gives_the_bits_of_copying_it_first(int rows, int N, int K, int panels)
    {
        using var w = Weights(N, K, panels % 2 == 0 ? ElementType.F32 : ElementType.BF16);
        using var x = TestMatrix.Random(rows, K, 2);
        using var start = TestMatrix.Random(rows, N + 7, 5);
        using var copied = new TestMatrix(rows, N);
        using var y = new TestMatrix(rows, N, fill: 9);
        for (int r = 0; r < rows; r++)
        {
            start.Span.Slice(r * (N + 7), N).CopyTo(copied.Span[(r * N)..]);
        }

        MatMul.Forward(x.Pointer, rows, w, copied.Pointer, accumulate: true, _two);
        MatMul.Forward(x.Pointer, K, rows, w, y.Pointer, N, start.Pointer, N + 7, _two);
        y.AssertSameBits(copied);
        Assert.True(y.EndIsUntouched);
    }

    static PackedMatrix Weights(int N, int K, ElementType type)
    {
        using var weights = TestMatrix.Random(N, K, 1);
        if (type == ElementType.F32)
        {
            return PackedMatrix.FromF32(weights.Pointer, N, K);
        }

        fixed (ushort* halves = weights.ToBf16())
        {
            return PackedMatrix.FromBf16(halves, N, K);
        }
    }
}
