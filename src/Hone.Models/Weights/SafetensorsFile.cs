using System.IO.MemoryMappedFiles;
using Hone.Models.Encryption;

namespace Hone.Models.Weights;

/// <summary>A safetensors file, mapped into memory: tensors are read where they lie and cost no memory of their own. An encrypted one is in memory as a whole.</summary>
/// <remarks>Spans and pointers are valid until <see cref="Dispose"/>. Bytes are little-endian, as on every machine that Hone runs on.</remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    readonly MemoryMappedFile _map;
    readonly MemoryMappedViewAccessor _view;
    byte* _start;

    SafetensorsFile(string path, Stream file, SafetensorsHeader header)
    {
        Path = path;
        Tensors = header.Entries;
        Metadata = header.Metadata;
        _map = file is FileStream plain
            ? MemoryMappedFile.CreateFromFile(plain, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false)
            : Decrypted(file);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>The strings under <c>__metadata__</c>; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="ModelFileException">The file is missing, damaged, or holds an element kind that Hone does not read.</exception>
    public static SafetensorsFile Open(string path)
    {
        Stream? file = null;
        try
        {
            file = SealedFile.OpenRead(path);
            return new(path, file, SafetensorsHeader.Read(path, file));
        }
        catch (Exception failure)
        {
            file?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw new ModelFileException(path, $"the file cannot be read: {failure.Message}");
            }

            throw;
        }
    }

    /// <exception cref="ModelFileException">The file has no tensor of this name.</exception>
    public SafetensorsEntry Entry(string name) =>
        Tensors.TryGetValue(name, out var entry)
            ? entry
            : throw new ModelFileException(Path, $"the file has no tensor '{name}'; it has {Tensors.Count} others.");

    /// <summary>The tensor's bytes. A tensor beyond 2 GiB has no span: use <see cref="Pointer"/>.</summary>
    public ReadOnlySpan<byte> Bytes(SafetensorsEntry entry)
    {
        if (entry.ByteCount > int.MaxValue)
        {
            throw new ArgumentException($"'{entry.Name}' has {entry.ByteCount} bytes, too many for a span; read it through its pointer.", nameof(entry));
        }

        return new(Pointer(entry), (int)entry.ByteCount);
    }

    /// <summary>The tensor's first byte. It is aligned to nothing.</summary>
    public byte* Pointer(SafetensorsEntry entry)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        if (!Tensors.TryGetValue(entry.Name, out var own) || !ReferenceEquals(own, entry))
        {
            throw new ArgumentException($"'{entry.Name}' is an entry of another file than {Path}.", nameof(entry));
        }

        return _start + entry.Offset;
    }

    /// <summary>The tensor alone, mapped on its own: the memory that reading it took is given back with the mapping.</summary>
    public MappedTensor Map(SafetensorsEntry entry) =>
        Map(entry, 0, entry.ByteCount);

    /// <summary>A part of the tensor, mapped on its own.</summary>
    public MappedTensor Map(SafetensorsEntry entry, long offset, long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + byteCount, entry.ByteCount);
        return new(_map.CreateViewAccessor(entry.Offset + offset, Math.Max(1, byteCount), MemoryMappedFileAccess.Read));
    }

    /// <summary>The tensor as F32. F32, F16 and BF16 are taken, all exactly.</summary>
    public float[] ReadF32(string name)
    {
        var entry = Entry(name);
        RequireKind(entry, "F32, F16 or BF16", entry.Kind is ElementKind.F32 or ElementKind.F16 or ElementKind.BF16);
        float[] values = new float[CountFor(entry)];
        byte* source = Pointer(entry);
        switch (entry.Kind)
        {
            case ElementKind.F32:
                Copy(source, values, entry.ByteCount);
                break;
            case ElementKind.BF16:
                Widening.FromBf16((ushort*)source, values);
                break;
            default:
                Widening.FromF16((Half*)source, values);
                break;
        }

        return values;
    }

    /// <summary>The bits of a BF16 tensor: the upper halves of F32 numbers.</summary>
    public ushort[] ReadBf16(string name)
    {
        var entry = Entry(name);
        RequireKind(entry, "BF16", entry.Kind == ElementKind.BF16);
        ushort[] values = new ushort[CountFor(entry)];
        Copy(Pointer(entry), values, entry.ByteCount);
        return values;
    }

    public long[] ReadI64(string name)
    {
        var entry = Entry(name);
        RequireKind(entry, "I64", entry.Kind == ElementKind.I64);
        long[] values = new long[CountFor(entry)];
        Copy(Pointer(entry), values, entry.ByteCount);
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

    // In memory that has no name: its plain bytes are nowhere on the disk.
    static MemoryMappedFile Decrypted(Stream file)
    {
        using var source = file;
        var map = MemoryMappedFile.CreateNew(null, file.Length);
        using var view = map.CreateViewStream(0, file.Length, MemoryMappedFileAccess.Write);
        file.Position = 0;
        file.CopyTo(view);
        return map;
    }

    static void Copy<T>(byte* source, T[] target, long byteCount)
        where T : unmanaged
    {
        fixed (T* pointer = target)
        {
            Buffer.MemoryCopy(source, pointer, byteCount, byteCount);
        }
    }

    int CountFor(SafetensorsEntry entry) =>
        entry.ElementCount <= Array.MaxLength
            ? (int)entry.ElementCount
            : throw new ModelFileException(
                Path, entry.Offset, $"tensor '{entry.Name}' has {entry.ElementCount} elements, but an array holds at most {Array.MaxLength}.");

    void RequireKind(SafetensorsEntry entry, string expected, bool holds)
    {
        if (!holds)
        {
            throw new ModelFileException(Path, entry.Offset, $"tensor '{entry.Name}' is {entry.Kind}, expected {expected}.");
        }
    }
}
