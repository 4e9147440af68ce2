using Hone.Tensors;

namespace Hone.Tests.Tensors.Kernels;

/// <summary>A matrix in native memory for product tests. The float beyond its end is a sentinel that no kernel may write.</summary>
sealed unsafe class TestMatrix : IDisposable
{
    const float Sentinel = 12345.5f;

    readonly NativeBuffer _buffer;

    public TestMatrix(int rows, int columns, float fill = 0)
    {
        Rows = rows;
        Columns = columns;
        _buffer = new(((long)rows * columns + 1) * sizeof(float));
        Span.Fill(fill);
        Pointer[rows * columns] = Sentinel;
    }

    public int Rows { get; }

    public int Columns { get; }

    public float* Pointer => _buffer.Floats;

    public Span<float> Span => new(Pointer, Rows * Columns);

    public bool EndIsUntouched => Pointer[Rows * Columns] == Sentinel;

    public float this[int row, int column] => Pointer[row * Columns + column];

    /// <summary>Uniform in (−1, 1), the same for the same seed.</summary>
    public static TestMatrix Random(int rows, int columns, int seed)
    {
        var matrix = new TestMatrix(rows, columns);
        var random = new Random(seed);
        foreach (ref float value in matrix.Span)
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return matrix;
    }

    public TestMatrix Copy()
    {
        var copy = new TestMatrix(Rows, Columns);
        Span.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>The upper halves of the numbers, which are rounded towards zero in place to what BF16 holds.</summary>
    public ushort[] ToBf16()
    {
        var halves = new ushort[Rows * Columns];
        for (int i = 0; i < halves.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(Pointer[i]) & 0xFFFF0000;
            halves[i] = (ushort)(bits >> 16);
            Pointer[i] = BitConverter.UInt32BitsToSingle(bits);
        }

        return halves;
    }

    public void AssertSameBits(TestMatrix other)
    {
        for (int i = 0; i < Span.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(Pointer[i]) == BitConverter.SingleToInt32Bits(other.Pointer[i]),
                $"[{i / Columns}, {i % Columns}] of [{Rows}, {Columns}] is {Pointer[i]:R} and {other.Pointer[i]:R}.");
        }
    }

    /// <summary>Compares with a double reference; one rounding of a sum of <paramref name="terms"/> terms of size up to 1 each.</summary>
    public void AssertClose(Func<int, int, double> expected, int terms)
    {
        Assert.True(EndIsUntouched, "The kernel wrote beyond the end of its result.");
        double tolerance = 1e-6 + (terms * 6e-8);
        for (int r = 0; r < Rows; r++)
        {
            for (int c = 0; c < Columns; c++)
            {
                double want = expected(r, c);
                Assert.True(
                    Math.Abs(this[r, c] - want) <= tolerance,
                    $"[{r}, {c}] of [{Rows}, {Columns}] is {this[r, c]:R}, but needs {want:R} within {tolerance:E1}.");
            }
        }
    }

    public void Dispose() => _buffer.Dispose();
}
