using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>A GGUF file, mapped into memory: tensors are widened where they lie. Valid until <see cref="Dispose"/>.</summary>
public sealed unsafe class GgufFile : IDisposable
{
    readonly MemoryMappedFile _map;
    readonly MemoryMappedViewAccessor _view;
    byte* _start;

    GgufFile(string path, FileStream file)
    {
        Path = path;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    /// <summary>Whole numbers are long, other numbers double, arrays object[].</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; private set; } = new Dictionary<string, object>();

    public IReadOnlyDictionary<string, GgufEntry> Tensors { get; private set; } = new Dictionary<string, GgufEntry>();

    /// <exception cref="ModelFileException">The file is missing, damaged, or holds a tensor of a kind that Hone does not read.</exception>
    public static GgufFile Open(string path)
    {
        FileStream? stream = null;
        GgufFile? file = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length < GgufHead.LeastBytes)
            {
                throw new ModelFileException(path, stream.Length, $"the file ends, but a GGUF file has {GgufHead.LeastBytes} bytes or more; it is truncated.");
            }

            long length = stream.Length;
            file = new GgufFile(path, stream);
            var head = new GgufHead(path, file._start, length);
            (file.Metadata, file.Tensors) = (head.Metadata, head.Tensors);
            return file;
        }
        catch (Exception failure)
        {
            file?.Dispose();
            stream?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw new ModelFileException(path, $"the file cannot be read: {failure.Message}");
            }

            throw;
        }
    }

    /// <exception cref="ModelFileException">The file has no tensor of this name.</exception>
    public GgufEntry Entry(string name) =>
        Tensors.TryGetValue(name, out var entry)
            ? entry
            : throw new ModelFileException(Path, $"the file has no tensor '{name}'; it has {Tensors.Count} others.");

    /// <summary>The tensor's first byte.</summary>
    public byte* Pointer(GgufEntry entry)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return _start + entry.Offset;
    }

    /// <summary>The tensor in F32, row-major.</summary>
    public float[] ReadF32(string name)
    {
        var entry = Entry(name);
        if (entry.ElementCount > Array.MaxLength)
        {
            throw new ModelFileException(
                Path, entry.Offset, $"tensor '{name}' has {entry.ElementCount} elements, but an array holds at most {Array.MaxLength}.");
        }

        float[] values = new float[entry.ElementCount];
        byte* source = Pointer(entry);
        switch (entry.Kind)
        {
            case GgufTensorKind.F32:
                Marshal.Copy((nint)source, values, 0, values.Length);
                break;
            case GgufTensorKind.BF16:
                Widening.FromBf16((ushort*)source, values);
                break;
            case GgufTensorKind.F16:
                Widening.FromF16((Half*)source, values);
                break;
            default:
                WidenBlocks(source, values);
                break;
        }

        return values;
    }

    public void Dispose()
    {
        if (_start != null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view.Dispose();
        _map.Dispose();
    }

    // Row by row of a million numbers: a span of bytes ends at 2 GiB.
    static void WidenBlocks(byte* source, Span<float> values)
    {
        const int Blocks = 1 << 15;
        for (int start = 0; start < values.Length; start += Blocks * QuantizedBlocks.Length)
        {
            var target = values[start..Math.Min(values.Length, start + (Blocks * QuantizedBlocks.Length))];
            int bytes = target.Length / QuantizedBlocks.Length * QuantizedBlocks.Bytes;
            QuantizedBlocks.Widen(new ReadOnlySpan<byte>(source, bytes), target);
            source += bytes;
        }
    }
}
