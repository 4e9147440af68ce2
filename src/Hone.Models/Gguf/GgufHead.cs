using System.Text;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>Reads and checks what stands before the tensors of a GGUF file: every length is compared with what the file still has.</summary>
sealed unsafe class GgufHead
{
    /// <summary>Magic, version and two counts.</summary>
    public const int LeastBytes = 24;

    // llama.cpp's own limits: a name or a rank beyond them is damage.
    const int MaxNameBytes = 64 * 1024, MaxRank = 4;

    // A value takes some tens of bytes here, whatever it takes in the file. The largest vocabularies have half a million tokens and merges.
    const int MaxItems = 1 << 24, MaxTextBytes = 1 << 28;

    readonly string _path;
    readonly byte* _start;
    readonly long _length;
    long _at;
    long _items;

    public GgufHead(string path, byte* start, long length)
    {
        _path = path;
        _start = start;
        _length = length;
        if (Read<uint>("the magic number") != GgufWriter.Magic)
        {
            throw Damage(0, "the file does not begin with GGUF; it is no GGUF file.");
        }

        uint version = Read<uint>("the version");
        if (version is not (2 or GgufWriter.Version))
        {
            throw Damage(4, $"the version is {version}; Hone reads 2 and {GgufWriter.Version}.");
        }

        long tensors = Count("the number of tensors", leastBytes: 24), values = Count("the number of metadata values", leastBytes: 12);
        ReadMetadata(values);
        ReadTensors(tensors);
    }

    public Dictionary<string, object> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GgufEntry> Tensors { get; } = new(StringComparer.Ordinal);

    void ReadMetadata(long count)
    {
        for (long i = 0; i < count; i++)
        {
            long at = _at;
            string key = Text("a key of the metadata", MaxNameBytes);
            if (!Metadata.TryAdd(key, Value((GgufValueKind)Read<uint>($"the kind of '{key}'"), key)))
            {
                throw Damage(at, $"the metadata has '{key}' twice.");
            }
        }
    }

    object Value(GgufValueKind kind, string key) => kind switch
    {
        GgufValueKind.U8 => (long)Read<byte>(key),
        GgufValueKind.I8 => (long)Read<sbyte>(key),
        GgufValueKind.U16 => (long)Read<ushort>(key),
        GgufValueKind.I16 => (long)Read<short>(key),
        GgufValueKind.U32 => (long)Read<uint>(key),
        GgufValueKind.I32 => (long)Read<int>(key),
        GgufValueKind.U64 => (long)Math.Min(long.MaxValue, Read<ulong>(key)),
        GgufValueKind.I64 => Read<long>(key),
        GgufValueKind.F32 => (double)Read<float>(key),
        GgufValueKind.F64 => Read<double>(key),
        GgufValueKind.Flag => Read<byte>(key) != 0,
        GgufValueKind.Text => Text($"the text of '{key}'", MaxTextBytes),
        GgufValueKind.Array => Items(key),
        _ => throw Damage(_at - sizeof(uint), $"'{key}' has kind {(uint)kind}, which the format does not know."),
    };

    object[] Items(string key)
    {
        var kind = (GgufValueKind)Read<uint>($"the kind of '{key}'");
        if (kind == GgufValueKind.Array)
        {
            throw Damage(_at - sizeof(uint), $"'{key}' is an array of arrays, which Hone does not read.");
        }

        long at = _at, count = Count($"the length of '{key}'", leastBytes: 1);
        if ((_items += count) > MaxItems)
        {
            throw Damage(at, $"'{key}' has {count} items, with those before it more than the {MaxItems} that Hone reads.");
        }

        object[] items = new object[count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Value(kind, key);
        }

        return items;
    }

    void ReadTensors(long count)
    {
        List<(GgufEntry Entry, long At)> entries = [];
        for (long i = 0; i < count; i++)
        {
            long at = _at;
            entries.Add((Entry(), at));
        }

        long alignment = Metadata.GetValueOrDefault("general.alignment") is long stated ? stated : GgufWriter.Alignment;
        if (alignment is < 1 or > 1 << 20)
        {
            throw Damage(0, $"general.alignment is {alignment}, expected 1 to {1 << 20}.");
        }

        long data = (_at + alignment - 1) / alignment * alignment;
        foreach (var (entry, at) in entries)
        {
            if (entry.Offset % alignment != 0 || entry.Offset > _length - data || entry.ByteCount > _length - data - entry.Offset)
            {
                throw Damage(at, $"tensor '{entry.Name}' ({entry.Kind} {entry.ShapeText}) would lie at {entry.Offset} of the data, "
                    + $"{entry.ByteCount} bytes, but the data has {Math.Max(0, _length - data)}; the file is truncated or damaged.");
            }

            if (!Tensors.TryAdd(entry.Name, entry with { Offset = data + entry.Offset }))
            {
                throw Damage(at, $"the file has tensor '{entry.Name}' twice.");
            }
        }

        RequireApart();
    }

    GgufEntry Entry()
    {
        long at = _at;
        string name = Text("a tensor's name", MaxNameBytes);
        uint rank = Read<uint>($"the rank of '{name}'");
        if (rank is < 1 or > MaxRank)
        {
            throw Damage(at, $"tensor '{name}' has {rank} dimensions, expected 1 to {MaxRank}.");
        }

        long[] shape = new long[rank];
        for (int i = (int)rank - 1; i >= 0; i--)
        {
            ulong dimension = Read<ulong>($"the shape of '{name}'");
            shape[i] = dimension is >= 1 and <= int.MaxValue ? (long)dimension : throw Damage(at, $"tensor '{name}' has a dimension of {dimension}.");
        }

        uint kind = Read<uint>($"the kind of '{name}'");
        if (!Enum.IsDefined((GgufTensorKind)kind))
        {
            throw Damage(at, $"tensor '{name}' is stored as kind {kind}; Hone reads F32, F16, BF16 and Q8_0.");
        }

        ulong offset = Read<ulong>($"the offset of '{name}'");
        return new(name, (GgufTensorKind)kind, shape, (long)Math.Min(offset, long.MaxValue), Bytes(at, name, (GgufTensorKind)kind, shape));
    }

    long Bytes(long at, string name, GgufTensorKind kind, long[] shape)
    {
        if (shape[^1] % kind.BlockLength() != 0)
        {
            throw Damage(at, $"tensor '{name}' is {kind} with rows of {shape[^1]}, which is no multiple of {kind.BlockLength()}.");
        }

        long bytes = kind.BlockBytes();
        foreach (long dimension in shape)
        {
            bytes = bytes <= long.MaxValue / dimension ? bytes * dimension : long.MaxValue;
        }

        return bytes / kind.BlockLength();
    }

    void RequireApart()
    {
        long end = 0;
        foreach (var entry in Tensors.Values.OrderBy(entry => entry.Offset))
        {
            if (entry.Offset < end)
            {
                throw Damage(entry.Offset, $"tensor '{entry.Name}' begins inside another; the file is damaged.");
            }

            end = entry.Offset + entry.ByteCount;
        }
    }

    long Count(string what, int leastBytes)
    {
        long at = _at;
        ulong count = Read<ulong>(what);
        return count <= (ulong)((_length - _at) / leastBytes)
            ? (long)count
            : throw Damage(at, $"{what} is {count}, more than the rest of the file can hold; it is truncated or damaged.");
    }

    string Text(string what, long most)
    {
        long at = _at, count = Count($"the length of {what}", leastBytes: 1);
        if (count > most)
        {
            throw Damage(at, $"{what} has {count} bytes, expected {most} at most.");
        }

        string text = Encoding.UTF8.GetString(_start + _at, (int)count);
        _at += count;
        return text;
    }

    T Read<T>(string what)
        where T : unmanaged
    {
        if (_length - _at < sizeof(T))
        {
            throw Damage(_at, $"{what} should stand, but the file ends; it is truncated.");
        }

        T value = System.Runtime.CompilerServices.Unsafe.ReadUnaligned<T>(_start + _at);
        _at += sizeof(T);
        return value;
    }

    ModelFileException Damage(long at, string problem) => new(_path, at, problem);
}
