using System.Buffers.Binary;
using System.Text.Json;

namespace Hone.Tests.Models.Export;

/// <summary>
/// A safetensors file read from the format's description alone: 8 bytes of length, little-endian; JSON; data. Everything is widened to double.
/// </summary>
static class PlainSafetensors
{
    public static Dictionary<string, (string Kind, long[] Shape, double[] Values)> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var tensors = new Dictionary<string, (string, long[], double[])>();
        foreach (var property in header.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__"))
        {
            string kind = property.Value.GetProperty("dtype").GetString()!;
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            int[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            tensors[property.Name] = (kind, shape, Numbers(kind, file.AsSpan(8 + headerLength)[offsets[0]..offsets[1]]));
        }

        return tensors;
    }

    /// <summary>All tensors of a folder: one file, or the shards that the index names, each tensor out of the file that it names.</summary>
    public static Dictionary<string, (string Kind, long[] Shape, double[] Values)> ReadFolder(string folder)
    {
        string index = Path.Combine(folder, "model.safetensors.index.json");
        if (!File.Exists(index))
        {
            return Read(Path.Combine(folder, "model.safetensors"));
        }

        using var map = JsonDocument.Parse(File.ReadAllBytes(index));
        return map.RootElement.GetProperty("weight_map").EnumerateObject()
            .ToDictionary(place => place.Name, place => Read(Path.Combine(folder, place.Value.GetString()!))[place.Name]);
    }

    static double[] Numbers(string kind, ReadOnlySpan<byte> bytes)
    {
        int width = kind == "F32" ? 4 : 2;
        double[] numbers = new double[bytes.Length / width];
        for (int i = 0; i < numbers.Length; i++)
        {
            var element = bytes.Slice(i * width, width);
            numbers[i] = kind switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(element),
                "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
            };
        }

        return numbers;
    }
}
