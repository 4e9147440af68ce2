using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors.Kernels;

namespace Hone.Models.Export;

/// <summary>Writes weights as a Hugging Face model folder: shards by size with their index, and config.json.</summary>
public static class SafetensorsExport
{
    static readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal) { ["format"] = "pt" };

    /// <param name="configPath">The config.json that describes the weights.</param>
    /// <param name="folder">Exists and is empty.</param>
    /// <param name="kind">F32 or BF16 (rounded to nearest, ties to even).</param>
    /// <param name="maxShardBytes">A file that would be longer is cut between tensors; one tensor alone may be longer.</param>
    /// <returns>Bytes of the weights.</returns>
    public static long Write(WeightSource weights, string configPath, string folder, ElementKind kind, long maxShardBytes)
    {
        var shards = Shards(weights, kind, maxShardBytes);
        for (int i = 0; i < shards.Count; i++)
        {
            SafetensorsWriter.Write(
                Path.Combine(folder, NameOf(i, shards.Count)), shards[i].Select(tensor => Content(weights, tensor, kind)), _metadata);
        }

        long bytes = weights.Tensors.Sum(tensor => Bytes(tensor.Shape, kind));
        if (shards.Count > 1)
        {
            WriteIndex(folder, shards, bytes);
        }

        WriteConfig(configPath, folder, kind);
        return bytes;
    }

    static List<List<(string Name, long[] Shape)>> Shards(WeightSource weights, ElementKind kind, long maxShardBytes)
    {
        List<List<(string, long[])>> shards = [];
        long filled = long.MaxValue;
        foreach (var tensor in weights.Tensors)
        {
            long bytes = Bytes(tensor.Shape, kind);
            if (filled > maxShardBytes - bytes || shards.Count == 0)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += bytes;
        }

        return shards;
    }

    static string NameOf(int shard, int shards) =>
        shards == 1 ? WeightFiles.SingleName : $"model-{shard + 1:D5}-of-{shards:D5}.safetensors";

    static long Bytes(long[] shape, ElementKind kind) => shape.Aggregate((long)kind.Width(), (count, dimension) => count * dimension);

    static TensorContent Content(WeightSource weights, (string Name, long[] Shape) tensor, ElementKind kind) =>
        TensorContent.Written(tensor.Name, kind, tensor.Shape, stream =>
        {
            float[] values = weights.Read(tensor.Name);
            if (kind == ElementKind.F32)
            {
                TensorBytes.Write<float>(stream, values);
                return;
            }

            ushort[] rounded = new ushort[values.Length];
            Bf16.Narrow(values, rounded);
            TensorBytes.Write<ushort>(stream, rounded);
        });

    static void WriteIndex(string folder, List<List<(string Name, long[] Shape)>> shards, long bytes) =>
        JsonFile.Write(Path.Combine(folder, WeightFiles.IndexName), json =>
        {
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", bytes);
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            var places = shards.SelectMany((shard, i) => shard.Select(tensor => (tensor.Name, File: NameOf(i, shards.Count))));
            foreach (var (name, file) in places.OrderBy(place => place.Name, StringComparer.Ordinal))
            {
                json.WriteString(name, file);
            }

            json.WriteEndObject();
        });

    // The file as it came, but for how the weights are stored: its other keys are the model.
    static void WriteConfig(string source, string folder, ElementKind kind)
    {
        var config = JsonNode.Parse(File.ReadAllText(source))!.AsObject();
        string key = config.ContainsKey("dtype") && !config.ContainsKey("torch_dtype") ? "dtype" : "torch_dtype";
        config[key] = kind == ElementKind.F32 ? "float32" : "bfloat16";
        if (key == "torch_dtype")
        {
            config.Remove("dtype");
        }

        config.Remove("quantization_config");
        JsonFile.Write(Path.Combine(folder, DecoderConfigReader.ConfigName), json =>
        {
            foreach (var (name, value) in config)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
        });
    }

    static void WriteValue(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }
}
