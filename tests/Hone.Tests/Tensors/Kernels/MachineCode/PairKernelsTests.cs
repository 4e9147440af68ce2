using Hone.Tensors.Kernels;
using Hone.Tensors.Kernels.MachineCode;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels.MachineCode;

[Trait("Tier", "all")]
public sealed unsafe class PairKernelsTests
{
    [MachineCodeFact]
    public void Each_sum_is_one_chain_of_fused_multiply_adds_the_odd_number_of_a_pair_first()
    {
        const int Rows = 13, N = 50, K = 77;
        using var products = new Bf16Products(Rows, N, K);
        using var x = Bf16Products.Rounded(products.X);

        var y = products.Forward(Bf16Path.MachineCode, start: 0.25f);

        for (int r = 0; r < Rows; r++)
        {
            for (int n = 0; n < N; n++)
            {
                Assert.Equal(Chain(0.25f, x.Span.Slice(r * K, K), products.Weights.Span.Slice(n * K, K)), y[r, n]);
            }
        }
    }

    [MachineCodeTheory]
    [InlineData(1e-39f, 1f)] // an operand
    [InlineData(1e-20f, 1e-20f)] // a result
    public void Numbers_below_the_normal_ones_count_as_zero(float value, float weight)
    {
        using var products = new Bf16Products(3, 40, 8);
        products.X.Span.Fill(value);
        using var weights = new TestMatrix(40, 8, fill: weight);
        using var workers = new Hone.Tensors.Workers(1);
        using var y = new TestMatrix(3, 40, fill: 1);
        fixed (ushort* halves = weights.ToBf16())
        {
            using var w = PackedMatrix.FromBf16(halves, 40, 8);
            MatMulBf16.Forward(products.X.Pointer, 8, 3, w, y.Pointer, 40, null, 0, workers);
        }

        Assert.Equal(-1, y.Span.IndexOfAnyExcept(0f));
    }

    [MachineCodeFact]
    public void The_probe_of_the_peak_counts_what_it_did() => Assert.Equal(10_000 * 24 * 64, Bf16Peak.Run(10_000));

    static float Chain(float sum, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int k = 0; k < a.Length; k += 2)
        {
            sum = k + 1 < a.Length ? MathF.FusedMultiplyAdd(a[k + 1], b[k + 1], sum) : sum;
            sum = MathF.FusedMultiplyAdd(a[k], b[k], sum);
        }

        return sum;
    }
}
