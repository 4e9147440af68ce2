using System.Numerics;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The gradient of an embedding table [rows, columns]: what <see cref="GradientTree"/> is for a matrix, but a group holds only the rows that
/// its tokens touch. Absent rows count as zeros, so the result has the bits of the dense tree.
/// </summary>
public sealed unsafe class SparseGradientTree(int rows, int columns) : IDisposable
{
    readonly List<TouchedRows?> _levels = [];
    readonly Stack<TouchedRows> _spare = [];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Index in the step of the next group.</summary>
    public int NextLeaf { get; private set; }

    public long Bytes => _levels.Concat(_spare).Sum(touched => touched?.Bytes ?? 0);

    /// <summary>Adds one group: row ids[t] of the table receives row t of <paramref name="dy"/> [ids, columns], t ascending.</summary>
    public void AddLeaf(float* dy, ReadOnlySpan<int> ids)
    {
        var sum = _spare.Count > 0 ? _spare.Pop() : new TouchedRows(Rows, Columns);
        for (int t = 0; t < ids.Length; t++)
        {
            sum.Add(ids[t], dy + ((long)t * Columns));
        }

        int level = BitOperations.TrailingZeroCount(~NextLeaf);
        for (int i = 0; i < level; i++)
        {
            sum = Join(i, sum);
        }

        if (level == _levels.Count)
        {
            _levels.Add(null);
        }

        _levels[level] = sum;
        NextLeaf++;
    }

    /// <summary>Adds the sum over all leaves to <paramref name="gradient"/> [rows, columns], row-major, and starts anew.</summary>
    public void AddTo(float* gradient)
    {
        TouchedRows? sum = null;
        for (int level = 0; level < _levels.Count; level++)
        {
            if (_levels[level] is { } waiting)
            {
                sum = sum is null ? waiting : Join(level, sum);
                _levels[level] = null;
            }
        }

        if (sum is not null)
        {
            sum.AddTo(gradient);
            Recycle(sum);
        }

        NextLeaf = 0;
    }

    public void Dispose()
    {
        foreach (var touched in _levels.Concat(_spare))
        {
            touched?.Dispose();
        }
    }

    // waiting + sum, which takes the place of both.
    TouchedRows Join(int level, TouchedRows sum)
    {
        var waiting = _levels[level]!;
        _levels[level] = null;
        waiting.Add(sum);
        Recycle(sum);
        return waiting;
    }

    void Recycle(TouchedRows touched)
    {
        touched.Clear();
        _spare.Push(touched);
    }
}
