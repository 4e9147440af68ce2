using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>Zeroed memory outside the garbage collector's reach, aligned to a cache line.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    const int Alignment = 64;

    readonly bool _untouched;
    void* _memory;
    void* _pointer;

    public NativeBuffer(long bytes)
        : this(bytes, untouched: false)
    {
        NativeMemory.Clear(_pointer, (nuint)bytes);
    }

    NativeBuffer(long bytes, bool untouched)
    {
        Bytes = bytes;
        _untouched = untouched;
        nuint size = (nuint)Math.Max(bytes, Alignment);
        _memory = untouched ? NativeMemory.AllocZeroed(size + Alignment) : NativeMemory.AlignedAlloc(size, Alignment);
        _pointer = (void*)(((nuint)_memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        if (!untouched)
        {
            GC.AddMemoryPressure(Math.Max(bytes, 1));
        }
    }

    ~NativeBuffer() => Free();

    public long Bytes { get; }

    public float* Floats => (float*)_pointer;

    public void* Pointer => _pointer;

    /// <summary>A large buffer for which the system gives memory where it is first written to: what is never used costs nothing.</summary>
    public static NativeBuffer Untouched(long bytes) => new(bytes, untouched: true);

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
        if (_memory is null)
        {
            return;
        }

        if (_untouched)
        {
            NativeMemory.Free(_memory);
        }
        else
        {
            NativeMemory.AlignedFree(_memory);
            GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
        }

        _memory = null;
        _pointer = null;
    }
}
