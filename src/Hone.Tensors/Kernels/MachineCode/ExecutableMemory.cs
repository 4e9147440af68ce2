using System.Runtime.InteropServices;

namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>Machine code made at run time, in pages of its own that stay until the process ends. Linux only.</summary>
static unsafe partial class ExecutableMemory
{
    const int Read = 1, Write = 2, Execute = 4;
    const int PrivateAnonymous = 0x22;

    /// <summary>The code's address, or null where the system does not let a process run what it wrote. Pages are never writable and executable at once.</summary>
    public static byte* TryPublish(ReadOnlySpan<byte> code)
    {
        nint bytes = code.Length;
        void* pages = Map(null, bytes, Read | Write, PrivateAnonymous, -1, 0);
        if ((nint)pages == -1)
        {
            return null;
        }

        code.CopyTo(new(pages, code.Length));
        if (Protect(pages, bytes, Read | Execute) == 0)
        {
            return (byte*)pages;
        }

        _ = Unmap(pages, bytes);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nint bytes);
}
