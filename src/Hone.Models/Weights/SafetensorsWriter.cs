using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Models.Weights;

/// <summary>Writes safetensors files. The same tensors give the same bytes, and those bytes are the ones the reference library writes.</summary>
public static class SafetensorsWriter
{
    // The length of the header is padded so that the data starts aligned to its widest element.
    const int Alignment = 8;

    /// <summary>Writes beside <paramref name="path"/>, flushes to the disk, then renames: no reader ever sees half a file.</summary>
    public static void Write(
        string path, IEnumerable<TensorContent> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Widest elements first keeps every tensor aligned; names make the order unique.
        TensorContent[] ordered = [.. tensors.OrderByDescending(t => t.Kind).ThenBy(t => t.Name, StringComparer.Ordinal)];
        RequireUnique(ordered);
        byte[] header = Header(ordered, metadata);
        DurableFile.Write(path, file =>
        {
            file.Write(header);
            foreach (var tensor in ordered)
            {
                WriteData(file, tensor);
            }
        });
    }

    static void RequireUnique(TensorContent[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        if (Array.Find(tensors, tensor => !names.Add(tensor.Name)) is { } twice)
        {
            throw new ArgumentException($"The tensor name '{twice.Name}' is taken; each name can be written once.", nameof(tensors));
        }
    }

    static void WriteData(Stream file, TensorContent tensor)
    {
        long start = file.Position;
        tensor.WriteTo(file);
        if (file.Position - start != tensor.ByteCount)
        {
            throw new ArgumentException(
                $"Tensor '{tensor.Name}' wrote {file.Position - start} bytes; {tensor.Kind} [{string.Join(", ", tensor.Shape)}] needs {tensor.ByteCount}.");
        }
    }

    static byte[] Header(TensorContent[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long offset = 0;
            foreach (var tensor in tensors)
            {
                WriteEntry(json, tensor, offset);
                offset += tensor.ByteCount;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        byte[] header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(ulong));
        return header;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    static void WriteEntry(Utf8JsonWriter json, TensorContent tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Kind.ToString());
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
