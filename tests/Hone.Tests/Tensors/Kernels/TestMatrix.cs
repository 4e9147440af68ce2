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
            if (BitConverter.SingleToInt32Bits(Pointer[i]) != BitConverter.SingleToInt32Bits(other.Pointer[i]))
            {
                Assert.Fail($"[{i / Columns}, {i % Columns}] of [{Rows}, {Columns}] is {Pointer[i]:R} and {other.Pointer[i]:R}.");
            }
        }
    }

    /// <summary>Compares with a double reference of the same shape, each of whose numbers sums <paramref name="terms"/> terms of size up to 1.</summary>
    public void AssertClose(double[] expected, int terms)
    {
        Assert.True(EndIsUntouched, "The kernel wrote beyond the end of its result.");
        double tolerance = 1e-6 + (terms * 1.2e-7);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(Pointer[i] - expected[i]) <= tolerance))
            {
                Assert.Fail(
                    $"[{i / Columns}, {i % Columns}] of [{Rows}, {Columns}] is {Pointer[i]:R}, but needs {expected[i]:R} within {tolerance:E1}.");
            }
        }
    }

    /// <summary>A · B in double, row-major; either side may be read with rows and columns exchanged.</summary>
    public static double[] Product(TestMatrix a, bool exchangeA, TestMatrix b, bool exchangeB)
    {
        int rows = exchangeA ? a.Columns : a.Rows, inner = exchangeA ? a.Rows : a.Columns, columns = exchangeB ? b.Rows : b.Columns;
        var product = new double[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                double sum = 0;
                for (int i = 0; i < inner; i++)
                {
                    sum += (double)(exchangeA ? a[i, r] : a[r, i]) * (exchangeB ? b[c, i] : b[i, c]);
                }

                product[(r * columns) + c] = sum;
            }
        }

        return product;
    }

    public void Dispose() => _buffer.Dispose();
}
