namespace Hone.Tensors;

/// <summary>
/// The pool of a step's activations: memory is handed out in order and taken back all at once. After the first steps no memory is asked
/// of the system. Contents are not cleared.
/// </summary>
public sealed unsafe class Arena : IDisposable
{
    // Memory that was never touched costs nothing, so a block that is not filled does not either.
    const long FirstBlock = 4L << 20, LargestBlock = 256L << 20;

    // Kernels may read, never write, up to one vector beyond the end of a matrix.
    const long Slack = 64;

    readonly List<NativeBuffer> _blocks = [];
    int _block;
    long _offset;

    /// <summary>Bytes that the arena holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>A place to return to: what was handed out after it is given back by <see cref="Release"/>.</summary>
    public readonly record struct Position(int Block, long Offset);

    public Position Mark() => new(_block, _offset);

    public void Release(Position position) => (_block, _offset) = (position.Block, position.Offset);

    public void Reset() => (_block, _offset) = (0, 0);

    /// <summary>A matrix whose contents are whatever was there before.</summary>
    public Tensor New(int rows, int columns) => new((float*)Take((long)rows * columns * sizeof(float)), rows, columns);

    /// <summary>A matrix of zeros.</summary>
    public Tensor Zeros(int rows, int columns)
    {
        var tensor = New(rows, columns);
        tensor.Clear();
        return tensor;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block.Dispose();
        }

        _blocks.Clear();
        Bytes = 0;
        Reset();
    }

    void* Take(long bytes)
    {
        bytes = (bytes + Slack + 63) & ~63L;
        while (_block < _blocks.Count && _offset + bytes > _blocks[_block].Bytes)
        {
            _block++;
            _offset = 0;
        }

        if (_block == _blocks.Count)
        {
            long size = Math.Max(bytes, Math.Clamp(Bytes, FirstBlock, LargestBlock));
            _blocks.Add(new NativeBuffer(size, clear: false));
            Bytes += size;
        }

        void* result = (byte*)_blocks[_block].Pointer + _offset;
        _offset += bytes;
        return result;
    }
}
