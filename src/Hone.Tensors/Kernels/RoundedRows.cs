namespace Hone.Tensors.Kernels;

/// <summary>A matrix of activations rounded to BF16, in memory of the caller's, in the form that a path of products reads.</summary>
/// <remarks>Rounding is that of <see cref="Bf16.Narrow(float)"/>: to nearest, ties to even; NaN and infinities stay.</remarks>
public readonly unsafe struct RoundedRows
{
    const int LineBytes = 64;

    readonly byte* _pointer;
    readonly nint _rowBytes;

    /// <param name="memory"><see cref="BytesOf"/> bytes, aligned to a cache line.</param>
    public RoundedRows(void* memory, int columns, Bf16Path path)
        : this((byte*)memory, RowBytes(columns, path), columns, path)
    {
    }

    RoundedRows(byte* pointer, nint rowBytes, int columns, Bf16Path path)
    {
        _pointer = pointer;
        _rowBytes = rowBytes;
        Columns = columns;
        Path = path;
    }

    public int Columns { get; }

    public Bf16Path Path { get; }

    internal byte* Pointer => _pointer;

    internal nint RowStep => _rowBytes;

    public static long BytesOf(int rows, int columns, Bf16Path path) => rows * (long)RowBytes(columns, path);

    /// <summary>The same memory from this place on; the column must be even.</summary>
    public RoundedRows From(int row, int column) =>
        new(_pointer + (row * _rowBytes) + (column * ElementBytes(Path)), _rowBytes, Columns - column, Path);

    /// <summary>Rounds rows of x, <paramref name="xRow"/> floats apart, into rows [0, count).</summary>
    public void Round(float* x, nint xRow, int count)
    {
        for (int row = 0; row < count; row++, x += xRow)
        {
            var source = new ReadOnlySpan<float>(x, Columns);
            if (Path == Bf16Path.MachineCode)
            {
                var halves = new Span<ushort>(_pointer + (row * _rowBytes), (Columns + 1) & ~1);
                halves[^1] = 0;
                Bf16.Narrow(source, halves[..Columns]);
            }
            else
            {
                Bf16.Round(source, new(_pointer + (row * _rowBytes), Columns));
            }
        }
    }

    static int ElementBytes(Bf16Path path) => path == Bf16Path.MachineCode ? sizeof(ushort) : sizeof(float);

    // An odd number of lines: rows of a tile then lie in different sets of the cache, whatever the number of columns.
    static nint RowBytes(int columns, Bf16Path path) =>
        ((((nint)columns * ElementBytes(path)) + LineBytes - 1) / LineBytes | 1) * LineBytes;
}
