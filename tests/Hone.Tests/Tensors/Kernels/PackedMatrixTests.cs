using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public unsafe class PackedMatrixTests
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 67), 130];

    [Theory, MemberData(nameof(Widths))]
    public void Unpacking_returns_every_number(int N)
    {
        for (int K = 1; K <= 67; K += 3)
        {
            using var weights = TestMatrix.Random(N, K, N + K);
            using var unpacked = new TestMatrix(N, K);
            var halves = weights.ToBf16();
            using var f32 = PackedMatrix.FromF32(weights.Pointer, N, K);
            f32.CopyTo(unpacked.Pointer);
            unpacked.AssertSameBits(weights);

            fixed (ushort* rowMajor = halves)
            {
                using var bf16 = PackedMatrix.FromBf16(rowMajor, N, K);
                unpacked.Span.Clear();
                bf16.CopyTo(unpacked.Pointer);
                unpacked.AssertSameBits(weights);
            }
        }
    }

    [Fact]
    public void Packing_again_replaces_every_number()
    {
        using var workers = new Workers(2);
        using var first = TestMatrix.Random(70, 33, 1);
        using var second = TestMatrix.Random(70, 33, 2);
        using var packed = PackedMatrix.FromF32(first.Pointer, 70, 33);
        packed.Repack(second.Pointer, workers);
        using var unpacked = new TestMatrix(70, 33);
        packed.CopyTo(unpacked.Pointer);
        unpacked.AssertSameBits(second);
    }

    [Fact]
    public void A_thin_matrix_is_padded_to_half_a_panel() => Assert.Equal(16 * 100 * sizeof(float), ThinBytes(8, 100));

    [Fact]
    public void A_bf16_matrix_is_not_packed_again()
    {
        var zeros = new ushort[4];
        fixed (ushort* rowMajor = zeros)
        {
            using var packed = PackedMatrix.FromBf16(rowMajor, 2, 2);
            float value = 0;
            nint pointer = (nint)(&value);
            Assert.Throws<InvalidOperationException>(() => packed.Repack((float*)pointer));
        }
    }

    static long ThinBytes(int N, int K)
    {
        using var weights = new TestMatrix(N, K);
        using var packed = PackedMatrix.FromF32(weights.Pointer, N, K);
        return packed.Bytes;
    }
}
