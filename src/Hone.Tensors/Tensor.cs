using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>
/// A matrix of 32-bit floats, [Rows, Columns] row-major and contiguous, in memory that an <see cref="Arena"/> or a
/// <see cref="NativeBuffer"/> owns: it must not be used after its owner is reset.
/// </summary>
public sealed unsafe class Tensor
{
    public Tensor(float* pointer, int rows, int columns)
    {
        Pointer = pointer;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>A matrix at no address, for a device that only looks at shapes.</summary>
    public static Tensor OfShape(int rows, int columns) => new(null, rows, columns);

    public float* Pointer { get; }
    public int Rows { get; }
    public int Columns { get; }
    public long Length => (long)Rows * Columns;

    /// <summary>dLoss/dThis, once a backward pass has reached it.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>False for what no trained parameter feeds: a backward pass stops there.</summary>
    public bool NeedsGradient { get; set; }

    public Span<float> Span => new(Pointer, checked((int)Length));

    public float* Row(int row) => Pointer + ((long)row * Columns);

    public Span<float> RowSpan(int row) => new(Row(row), Columns);

    /// <summary>Rows [start, start + count) of the same memory.</summary>
    public Tensor Slice(int start, int count) => new(Row(start), count, Columns);

    /// <summary>The same memory with another number of columns; the length must stay.</summary>
    public Tensor Reshape(int rows, int columns)
    {
        Require.Equal((long)rows * columns, Length);
        return new(Pointer, rows, columns) { NeedsGradient = NeedsGradient };
    }

    public bool IsSameMemory(Tensor other) => Pointer == other.Pointer;

    public void Clear() => NativeMemory.Clear(Pointer, (nuint)Length * sizeof(float));
}
