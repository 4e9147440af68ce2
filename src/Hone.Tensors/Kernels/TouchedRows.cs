using System.Numerics;

namespace Hone.Tensors.Kernels;

/// <summary>Some rows of a table [rows, columns], in the order in which they were first added to; the others are zero.</summary>
sealed unsafe class TouchedRows : IDisposable
{
    const int Untouched = -1;

    readonly int[] _places;
    readonly List<int> _rows = [];
    readonly int _columns;
    NativeBuffer _values;

    public TouchedRows(int rows, int columns)
    {
        _columns = columns;
        _places = new int[rows];
        _values = new(0);
        Array.Fill(_places, Untouched);
    }

    public long Bytes => _values.Bytes + ((long)_places.Length * sizeof(int));

    public void Add(int row, float* values)
    {
        if (_places[row] == Untouched)
        {
            _places[row] = _rows.Count;
            _rows.Add(row);
            Reserve(_rows.Count);
            Values(row).Clear();
        }

        Add(new(values, _columns), Values(row));
    }

    public void Add(TouchedRows other)
    {
        foreach (int row in other._rows)
        {
            fixed (float* values = other.Values(row))
            {
                Add(row, values);
            }
        }
    }

    public void AddTo(float* table)
    {
        foreach (int row in _rows)
        {
            Add(Values(row), new(table + ((long)row * _columns), _columns));
        }
    }

    public void Clear()
    {
        foreach (int row in _rows)
        {
            _places[row] = Untouched;
        }

        _rows.Clear();
    }

    public void Dispose() => _values.Dispose();

    Span<float> Values(int row) => new(_values.Floats + ((long)_places[row] * _columns), _columns);

    void Reserve(int rows)
    {
        long bytes = (long)rows * _columns * sizeof(float);
        if (bytes > _values.Bytes)
        {
            var larger = new NativeBuffer(Math.Max(bytes, 2 * _values.Bytes));
            Buffer.MemoryCopy(_values.Pointer, larger.Pointer, larger.Bytes, _values.Bytes);
            _values.Dispose();
            _values = larger;
        }
    }

    static void Add(ReadOnlySpan<float> x, Span<float> sum)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sum[i..]) + new Vector<float>(x[i..])).CopyTo(sum[i..]);
        }

        for (; i < x.Length; i++)
        {
            sum[i] += x[i];
        }
    }
}
