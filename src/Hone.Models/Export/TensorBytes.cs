using System.Runtime.InteropServices;

namespace Hone.Models.Export;

/// <summary>Numbers as bytes of a file, in pieces: spans of bytes end at 2 GiB, an embedding of a large vocabulary is longer.</summary>
static class TensorBytes
{
    const int Chunk = 1 << 20;

    public static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (int start = 0; start < values.Length; start += Chunk)
        {
            stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(Chunk, values.Length - start))));
        }
    }
}
