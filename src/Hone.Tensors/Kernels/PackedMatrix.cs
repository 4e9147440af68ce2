using System.Runtime.CompilerServices;

namespace Hone.Tensors.Kernels;

/// <summary>
/// A weight W [N, K] (N outputs, K inputs) stored for products: panels of 32 outputs, within a panel one row for each k (F32) or each pair of
/// k (BF16, the even k in the low half of a word). The last panel is 16 outputs wide where that is enough; padding is zero.
/// </summary>
public sealed unsafe class PackedMatrix : IDisposable
{
    readonly NativeBuffer _buffer;

    PackedMatrix(int n, int k, ElementType type, bool shapeOnly = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        N = n;
        K = k;
        ElementType = type;
        Outputs = new(n);
        _buffer = new(shapeOnly ? 0 : Bytes);
    }

    /// <summary>Outputs: rows of the row-major matrix.</summary>
    public int N { get; }

    /// <summary>Inputs: columns of the row-major matrix.</summary>
    public int K { get; }

    public ElementType ElementType { get; }

    public long Bytes => (long)Outputs.PaddedColumns * PanelRows * sizeof(float);

    internal PanelGeometry Outputs { get; }

    /// <summary>Rows of 32-bit words in each panel.</summary>
    internal int PanelRows => ElementType == ElementType.F32 ? K : (K + 1) / 2;

    /// <summary>A matrix without numbers or memory for them, for a device that only looks at shapes.</summary>
    public static PackedMatrix OfShape(int n, int k, ElementType type) => new(n, k, type, shapeOnly: true);

    /// <summary>Packs an F32 matrix [N, K], row-major.</summary>
    public static PackedMatrix FromF32(float* rowMajor, int n, int k, Workers? workers = null)
    {
        var packed = new PackedMatrix(n, k, ElementType.F32);
        packed.Repack(rowMajor, workers);
        return packed;
    }

    /// <summary>Packs a BF16 matrix [N, K], row-major. No number changes.</summary>
    public static PackedMatrix FromBf16(ushort* rowMajor, int n, int k, Workers? workers = null)
    {
        var packed = new PackedMatrix(n, k, ElementType.BF16);
        packed.Pack(rowMajor, workers);
        return packed;
    }

    /// <summary>Replaces the numbers of an F32 matrix, as after an update of its master weights [N, K], row-major.</summary>
    public void Repack(float* rowMajor, Workers? workers = null)
    {
        if (ElementType != ElementType.F32)
        {
            throw new InvalidOperationException($"This matrix holds {ElementType}; only an F32 matrix is packed again.");
        }

        Pack(rowMajor, workers);
    }

    /// <summary>Row n of the row-major matrix, widened: K floats.</summary>
    public void CopyRow(int n, Span<float> row)
    {
        Require.Length((ReadOnlySpan<float>)row, K);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)n, (uint)N);
        float* column = Panel(n / PanelGeometry.FullWidth) + (n % PanelGeometry.FullWidth);
        nint width = Outputs.Width(n / PanelGeometry.FullWidth);
        if (ElementType == ElementType.F32)
        {
            for (int k = 0; k < row.Length; k++, column += width)
            {
                row[k] = *column;
            }

            return;
        }

        for (int k = 0; k < row.Length; k++)
        {
            row[k] = BitConverter.UInt32BitsToSingle((uint)((ushort*)(column + ((k >> 1) * width)))[k & 1] << 16);
        }
    }

    /// <summary>The whole matrix, row-major [N, K], widened.</summary>
    public void CopyTo(float* rowMajor)
    {
        for (int n = 0; n < N; n++)
        {
            CopyRow(n, new(rowMajor + ((long)n * K), K));
        }
    }

    public void Dispose() => _buffer.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float* Panel(int panel) => _buffer.Floats + ((long)panel * PanelGeometry.FullWidth * PanelRows);

    void Pack(void* rowMajor, Workers? workers)
    {
        var region = new PackRegion { Source = rowMajor, Target = this };
        if (workers is null)
        {
            for (int panel = 0; panel < Outputs.Panels; panel++)
            {
                region.Run(panel);
            }
        }
        else
        {
            workers.Run(Outputs.Panels, ref region);
        }
    }

    struct PackRegion : IRegion
    {
        public void* Source;
        public PackedMatrix Target;

        public readonly void Run(int panel)
        {
            int K = Target.K, width = Target.Outputs.Width(panel), valid = Target.Outputs.ValidColumns(panel);
            long first = (long)panel * PanelGeometry.FullWidth * K;
            if (Target.ElementType == ElementType.F32)
            {
                PanelTranspose.Pack((float*)Source + first, K, valid, Target.Panel(panel), width);
            }
            else
            {
                PanelTranspose.Pack((ushort*)Source + first, K, valid, Target.Panel(panel), width);
            }
        }
    }
}
