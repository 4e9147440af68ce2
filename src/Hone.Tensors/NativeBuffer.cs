using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>Memory outside the garbage collector's reach, aligned to a cache line.</summary>
/// <remarks>The alignment is made here: what glibc's aligned allocation leaves of its blocks fits no later one, and its heap grows with every run.</remarks>
public sealed unsafe class NativeBuffer : IDisposable
{
    const int Alignment = 64;

    void* _block, _pointer;

    /// <param name="clear">False: contents are whatever was there, and pages that are never touched cost nothing.</param>
    public NativeBuffer(long bytes, bool clear = true)
    {
        Bytes = bytes;
        _block = NativeMemory.Alloc((nuint)bytes + Alignment);
        _pointer = (void*)(((nuint)_block + Alignment - 1) & ~(nuint)(Alignment - 1));
        if (clear)
        {
            NativeMemory.Clear(_pointer, (nuint)bytes);
        }

        GC.AddMemoryPressure(Math.Max(bytes, 1));
    }

    ~NativeBuffer() => Free();

    public long Bytes { get; }

    public float* Floats => (float*)_pointer;

    public void* Pointer => _pointer;

    /// <summary>A matrix over this whole buffer.</summary>
    public static (NativeBuffer Buffer, Tensor Tensor) Matrix(int rows, int columns)
    {
        var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
        return (buffer, new Tensor(buffer.Floats, rows, columns));
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (_block is not null)
        {
            NativeMemory.Free(_block);
            GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
            _block = _pointer = null;
        }
    }
}
