using System.IO.MemoryMappedFiles;

namespace Hone.Models.Weights;

/// <summary>One tensor's bytes in memory of their own, until <see cref="Dispose"/>.</summary>
public sealed unsafe class MappedTensor : IDisposable
{
    readonly MemoryMappedViewAccessor _view;
    byte* _start;

    internal MappedTensor(MemoryMappedViewAccessor view)
    {
        _view = view;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The first byte. It is aligned to nothing.</summary>
    public byte* Pointer => _start + _view.PointerOffset;

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
