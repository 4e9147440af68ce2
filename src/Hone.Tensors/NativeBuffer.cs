using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>Memory outside the garbage collector's reach, aligned to a cache line.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    const int Alignment = 64;

    void* _pointer;

    /// <param name="clear">False: contents are whatever was there, and pages that are never touched cost nothing.</param>
    public NativeBuffer(long bytes, bool clear = true)
    {
        Bytes = bytes;
        _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, Alignment), Alignment);
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
        if (_pointer is not null)
        {
            NativeMemory.AlignedFree(_pointer);
            GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
            _pointer = null;
        }
    }
}
