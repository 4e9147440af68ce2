using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Hone.Models.Weights;

/// <summary>
/// Reads and checks the header of a safetensors file: eight bytes of length, JSON, then the tensors' bytes without gap or overlap.
/// </summary>
sealed class SafetensorsHeader
{
    // The limit of the format itself: a longer header is an attack or a damaged length.
    const long MaxLength = 100_000_000;

    // Far beyond any tensor; a damaged list could have millions of sizes.
    const int MostDimensions = 64;

    readonly string _path;
    readonly long _dataStart;
    readonly long _fileLength;

    SafetensorsHeader(string path, long dataStart, long fileLength)
    {
        _path = path;
        _dataStart = dataStart;
        _fileLength = fileLength;
    }

    public Dictionary<string, SafetensorsEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public static SafetensorsHeader Read(string path, Stream file)
    {
        byte[] json = ReadJson(path, file);
        var header = new SafetensorsHeader(path, sizeof(ulong) + json.Length, file.Length);
        try
        {
            using var document = JsonDocument.Parse(json);
            header.ReadRoot(document.RootElement);
        }
        catch (JsonException defect)
        {
            long offset = sizeof(ulong) + OffsetIn(json, defect);
            throw new ModelFileException(path, offset, "the header stops being JSON; the file is damaged or no safetensors file.");
        }
        catch (InvalidOperationException)
        {
            // The one cause left: an escape such as \ud800 that is half of a character.
            throw new ModelFileException(path, sizeof(ulong), "the header holds a name that is no valid text.");
        }

        header.RequireSeamless();
        return header;
    }

    static byte[] ReadJson(string path, Stream file)
    {
        if (file.Length < sizeof(ulong))
        {
            throw new ModelFileException(
                path, 0, $"a safetensors file has 8 bytes of header length, but the file ends after {file.Length}; it is truncated.");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength)
        {
            throw new ModelFileException(
                path, 0, $"the header length is {length} bytes, but the format allows {MaxLength}; this is no safetensors file.");
        }

        if ((long)length > file.Length - sizeof(ulong))
        {
            throw new ModelFileException(
                path, 0, $"the header length is {length} bytes, but only {file.Length - sizeof(ulong)} follow; the file is truncated.");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        if (!Utf8.IsValid(json))
        {
            throw new ModelFileException(path, sizeof(ulong), "the header is not UTF-8 text; the file is damaged or no safetensors file.");
        }

        return json;
    }

    static long OffsetIn(ReadOnlySpan<byte> json, JsonException defect)
    {
        long offset = 0;
        for (long line = defect.LineNumber ?? 0; line > 0; line--)
        {
            offset += json[(int)offset..].IndexOf((byte)'\n') + 1;
        }

        return offset + (defect.BytePositionInLine ?? 0);
    }

    void ReadRoot(JsonElement root)
    {
        Require(root.ValueKind == JsonValueKind.Object, $"the header is a JSON {Describe(root)}, expected an object of tensors.");
        bool metadataSeen = false;
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                Require(!metadataSeen, "the header has '__metadata__' twice.");
                metadataSeen = true;
                ReadMetadata(property.Value);
            }
            else
            {
                Require(!Entries.ContainsKey(property.Name), $"the header has the tensor '{property.Name}' twice.");
                Entries[property.Name] = ReadEntry(property.Name, property.Value);
            }
        }
    }

    void ReadMetadata(JsonElement metadata)
    {
        Require(metadata.ValueKind == JsonValueKind.Object, $"'__metadata__' is a JSON {Describe(metadata)}, expected an object of strings.");
        foreach (var property in metadata.EnumerateObject())
        {
            Require(
                property.Value.ValueKind == JsonValueKind.String,
                $"'__metadata__' has '{property.Name}' as {Describe(property.Value)}, expected a string.");
            Require(Metadata.TryAdd(property.Name, property.Value.GetString()!), $"'__metadata__' has '{property.Name}' twice.");
        }
    }

    SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        Require(entry.ValueKind == JsonValueKind.Object, $"tensor '{name}' is a JSON {Describe(entry)}, expected an object.");
        var properties = entry.EnumerateObject().ToList();
        foreach (var property in properties)
        {
            Require(
                property.Name is "dtype" or "shape" or "data_offsets",
                $"tensor '{name}' has '{property.Name}', expected dtype, shape and data_offsets only.");
        }

        Require(
            properties.Count == 3 && properties.DistinctBy(p => p.Name).Count() == 3,
            $"tensor '{name}' needs dtype, shape and data_offsets once each.");

        var kind = ReadKind(name, entry.GetProperty("dtype"));
        long[] shape = ReadWholeNumbers(name, "shape", entry.GetProperty("shape"));
        long[] offsets = ReadWholeNumbers(name, "data_offsets", entry.GetProperty("data_offsets"));
        long size = ByteCount(name, kind, shape);
        RequireFits(name, kind, shape, offsets, size);
        return new(name, kind, shape, _dataStart + offsets[0], size);
    }

    ElementKind ReadKind(string name, JsonElement dtype)
    {
        string text = dtype.ValueKind == JsonValueKind.String ? dtype.GetString()! : dtype.GetRawText();
        Require(
            ElementKinds.TryParse(text, out var kind),
            $"tensor '{name}' has dtype {text}, which Hone does not read; it reads {string.Join(", ", Enum.GetNames<ElementKind>())}.");
        return kind;
    }

    long[] ReadWholeNumbers(string name, string key, JsonElement list)
    {
        Require(list.ValueKind == JsonValueKind.Array, $"tensor '{name}' has {key} as {Describe(list)}, expected a list of whole numbers.");
        Require(list.GetArrayLength() <= MostDimensions, $"tensor '{name}' has {list.GetArrayLength()} numbers in {key}, expected {MostDimensions} at most.");
        long[] numbers = new long[list.GetArrayLength()];
        int i = 0;
        foreach (var item in list.EnumerateArray())
        {
            Require(
                item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out numbers[i]),
                $"tensor '{name}' has {item.GetRawText()} in {key}, expected a whole number below 2^63.");
            Require(numbers[i] >= 0, $"tensor '{name}' has {numbers[i]} in {key}, expected 0 or more.");
            i++;
        }

        return numbers;
    }

    long ByteCount(string name, ElementKind kind, long[] shape)
    {
        long count = kind.Width();
        foreach (long dimension in shape)
        {
            Require(
                dimension == 0 || count <= long.MaxValue / dimension,
                $"tensor '{name}' has shape [{string.Join(", ", shape)}], whose size in bytes is beyond 2^63.");
            count *= dimension;
        }

        return count;
    }

    void RequireFits(string name, ElementKind kind, long[] shape, long[] offsets, long size)
    {
        Require(offsets.Length == 2, $"tensor '{name}' has {offsets.Length} data_offsets, expected a start and an end.");
        long available = _fileLength - _dataStart;
        Require(offsets[0] <= offsets[1], $"tensor '{name}' starts at {offsets[0]} and ends before that, at {offsets[1]}.");
        Require(
            offsets[1] <= available,
            $"tensor '{name}' ends at {offsets[1]}, but the file holds {available} bytes of data; it is truncated.");
        Require(
            offsets[1] - offsets[0] == size,
            $"tensor '{name}' has {offsets[1] - offsets[0]} bytes, but {kind} {$"[{string.Join(", ", shape)}]"} needs {size}.");
    }

    void RequireSeamless()
    {
        long end = _dataStart;
        string before = "the header";
        foreach (var entry in Entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.ByteCount))
        {
            if (entry.Offset != end)
            {
                string relation = entry.Offset < end ? "overlaps" : "leaves a gap after";
                throw new ModelFileException(
                    _path, entry.Offset, $"tensor '{entry.Name}' {relation} {before}, which ends at byte {end}; tensors must follow one another.");
            }

            end += entry.ByteCount;
            before = $"'{entry.Name}'";
        }

        if (end != _fileLength)
        {
            throw new ModelFileException(
                _path, end, $"the last tensor ends, but the file goes on to byte {_fileLength}; the header does not belong to this data.");
        }
    }

    void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new ModelFileException(_path, sizeof(ulong), problem);
        }
    }

    static string Describe(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();
}
