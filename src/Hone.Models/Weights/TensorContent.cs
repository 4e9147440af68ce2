using System.Runtime.InteropServices;

namespace Hone.Models.Weights;

/// <summary>A tensor to be written. Its bytes are produced when they are written, so a model need not be in memory twice.</summary>
public sealed class TensorContent
{
    // Byte lengths of spans end at 2 GiB; an embedding of a large vocabulary is longer.
    const int ChunkElements = 1 << 20;

    TensorContent(string name, ElementKind kind, long[] shape, Action<Stream> writeTo)
    {
        Name = name;
        Kind = kind;
        Shape = shape;
        WriteTo = writeTo;
        ByteCount = shape.Aggregate((long)kind.Width(), (count, dimension) => checked(count * dimension));
    }

    public string Name { get; }

    public ElementKind Kind { get; }

    public IReadOnlyList<long> Shape { get; }

    public long ByteCount { get; }

    internal Action<Stream> WriteTo { get; }

    public static TensorContent F32(string name, long[] shape, ReadOnlyMemory<float> values) =>
        FromElements(name, ElementKind.F32, shape, values);

    /// <summary>Values are BF16 bits.</summary>
    public static TensorContent Bf16(string name, long[] shape, ReadOnlyMemory<ushort> values) =>
        FromElements(name, ElementKind.BF16, shape, values);

    public static TensorContent I64(string name, long[] shape, ReadOnlyMemory<long> values) =>
        FromElements(name, ElementKind.I64, shape, values);

    public static TensorContent Bytes(string name, ElementKind kind, long[] shape, ReadOnlyMemory<byte> bytes) =>
        new(name, kind, shape, stream => stream.Write(bytes.Span));

    /// <summary><paramref name="writeTo"/> must write exactly the bytes that kind and shape need.</summary>
    public static TensorContent Written(string name, ElementKind kind, long[] shape, Action<Stream> writeTo) =>
        new(name, kind, shape, writeTo);

    static TensorContent FromElements<T>(string name, ElementKind kind, long[] shape, ReadOnlyMemory<T> values)
        where T : unmanaged =>
        new(name, kind, shape, stream => WriteChunks(stream, values.Span));

    static void WriteChunks<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (int start = 0; start < values.Length; start += ChunkElements)
        {
            stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(ChunkElements, values.Length - start))));
        }
    }
}
