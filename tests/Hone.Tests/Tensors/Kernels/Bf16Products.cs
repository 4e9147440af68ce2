using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

/// <summary>A BF16 matrix and both sides of its products, to be computed along either path.</summary>
sealed unsafe class Bf16Products : IDisposable
{
    readonly Workers _workers;

    public Bf16Products(int rows, int n, int k, int threads = 1)
    {
        _workers = new(threads);
        Weights = TestMatrix.Random(n, k, 1);
        fixed (ushort* halves = Weights.ToBf16())
        {
            W = PackedMatrix.FromBf16(halves, n, k);
        }

        X = TestMatrix.Random(rows, k, 2);
        Dy = TestMatrix.Random(rows, n, 3);
    }

    public TestMatrix Weights { get; }

    public PackedMatrix W { get; }

    public TestMatrix X { get; }

    public TestMatrix Dy { get; }

    public TestMatrix Forward(Bf16Path path, float? start = null) => Forward(path, 0, X.Rows, start);

    public TestMatrix Forward(Bf16Path path, int first, int rows, float? start = null)
    {
        var y = new TestMatrix(rows, W.N, start ?? 3);
        var sums = MatMulBf16.Sums.InPlace(y.Pointer, W.N, start is not null);
        MatMulBf16.Forward(path, X.Pointer + (first * W.K), W.K, rows, W, sums, _workers);
        return y;
    }

    public TestMatrix InputGradient(Bf16Path path, float? start = null) => InputGradient(path, 0, Dy.Rows, start);

    public TestMatrix InputGradient(Bf16Path path, int first, int rows, float? start = null)
    {
        var dx = new TestMatrix(rows, W.K, start ?? 3);
        MatMulBf16.InputGradient(path, Dy.Pointer + (first * W.N), W.N, rows, W, dx.Pointer, W.K, start is not null, _workers);
        return dx;
    }

    /// <summary>In double over the rounded numbers.</summary>
    public double[] ExpectedForward()
    {
        using var rounded = Rounded(X);
        return TestMatrix.Product(rounded, false, Weights, true);
    }

    /// <summary>In double over the rounded numbers.</summary>
    public double[] ExpectedInputGradient()
    {
        using var rounded = Rounded(Dy);
        return TestMatrix.Product(rounded, false, Weights, false);
    }

    public static TestMatrix Rounded(TestMatrix x)
    {
        var rounded = x.Copy();
        foreach (ref float value in rounded.Span)
        {
            value = Bf16.Widen(Bf16.Narrow(value));
        }

        return rounded;
    }

    public void Dispose()
    {
        Weights.Dispose();
        W.Dispose();
        X.Dispose();
        Dy.Dispose();
        _workers.Dispose();
    }
}
