namespace Hone.Tensors;

/// <summary>
/// The pool of a step's activations: memory is handed out in order and taken back all at once. After the first steps no memory is asked
/// of the system. Contents are not cleared.
/// </summary>
/// <param name="counts">
/// Only counts: addresses are made up and must not be touched. <see cref="Peak"/> is what a real arena's would be, to the byte.
/// </param>
public sealed unsafe class Arena(bool counts = false) : IDisposable
{
    // Memory that was never touched costs nothing, so a block that is not filled does not either.
    const long FirstBlock = 4L << 20, LargestBlock = 256L << 20;

    // Kernels may read, never write, up to one vector beyond the end of a matrix.
    const long Slack = 64;

    // Where made-up addresses begin: not null, and on a cache line.
    const long Nowhere = 1L << 40;

    readonly List<Block> _blocks = [];
    int _block;
    long _offset;

    /// <summary>Bytes that the arena holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes that were ever handed out: the memory that the arena can have cost so far.</summary>
    public long Peak => _blocks.Sum(block => block.Furthest);

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
        if (!counts)
        {
            tensor.Clear();
        }

        return tensor;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block.Memory?.Dispose();
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
            AddBlock(Math.Max(bytes, Math.Clamp(Bytes, FirstBlock, LargestBlock)));
        }

        var block = _blocks[_block];
        void* result = block.Start + _offset;
        _offset += bytes;
        block.Furthest = Math.Max(block.Furthest, _offset);
        return result;
    }

    void AddBlock(long size)
    {
        var memory = counts ? null : new NativeBuffer(size, clear: false);
        byte* start = memory is null ? (byte*)(Nowhere + Bytes) : (byte*)memory.Pointer;
        _blocks.Add(new Block(memory, start, size));
        Bytes += size;
    }

    sealed class Block(NativeBuffer? memory, byte* start, long bytes)
    {
        public NativeBuffer? Memory => memory;
        public byte* Start => start;
        public long Bytes => bytes;
        public long Furthest { get; set; }
    }
}
