using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>A decoder's configuration in llama.cpp's keys, and back.</summary>
static class GgufHyperparameters
{
    /// <summary>Why llama.cpp cannot run such a model, in sentences.</summary>
    public static IEnumerable<string> Problems(DecoderConfig config)
    {
        if (GgufArchitecture.NameOf(config) is null)
        {
            yield return $"model_type is {config.ModelType}; Hone writes GGUF files of {string.Join(", ", GgufArchitecture.ModelTypes)}; export as safetensors.";
        }
    }

    public static void Add(GgufMetadata metadata, DecoderConfig config)
    {
        string name = GgufArchitecture.NameOf(config)!;
        metadata.Add($"{name}.vocab_size", config.VocabularySize);
        metadata.Add($"{name}.context_length", config.MaxPositions);
        metadata.Add($"{name}.embedding_length", config.HiddenSize);
        metadata.Add($"{name}.block_count", config.Layers);
        metadata.Add($"{name}.feed_forward_length", config.FeedForwardWidth);
        metadata.Add($"{name}.attention.head_count", config.Heads);
        metadata.Add($"{name}.attention.head_count_kv", config.KeyValueHeads);
        metadata.Add($"{name}.attention.key_length", config.HeadWidth);
        metadata.Add($"{name}.attention.value_length", config.HeadWidth);
        metadata.Add($"{name}.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        metadata.Add($"{name}.rope.dimension_count", config.HeadWidth);
        metadata.Add($"{name}.rope.freq_base", (float)config.RopeTheta);
        if (config.RopeScaling is RopeScaling.Linear linear)
        {
            metadata.Add($"{name}.rope.scaling.type", "linear");
            metadata.Add($"{name}.rope.scaling.factor", (float)linear.Factor);
        }
    }

    /// <summary>What the rotary frequencies are divided by, [D/2], where only a tensor can say it; else null.</summary>
    public static float[]? Divisors(DecoderConfig config)
    {
        if (config.RopeScaling is not RopeScaling.LlamaThree)
        {
            return null;
        }

        var (scaled, _) = RotaryFrequencies.Compute(config);
        var (plain, _) = RotaryFrequencies.Compute(config with { RopeScaling = null });
        return [.. plain.Zip(scaled, (before, after) => before / after)];
    }

    /// <summary>The configuration that a file states.</summary>
    /// <exception cref="ModelFileException">A key is missing or has no sense; all are named.</exception>
    public static DecoderConfig Read(GgufFile file)
    {
        var keys = new GgufKeys(file);
        string architecture = keys.Text("general.architecture") ?? "";
        string modelType = GgufArchitecture.ModelTypeOf(architecture)
            ?? throw new ModelFileException(file.Path, $"general.architecture is '{architecture}'; Hone reads {string.Join(", ", GgufArchitecture.ModelTypes)}.");
        keys.Prefix = architecture + ".";
        var embedding = file.Entry("token_embd.weight");
        int heads = keys.Size("attention.head_count"), hidden = keys.Size("embedding_length");
        var config = new DecoderConfig
        {
            ModelType = modelType,
            VocabularySize = (int)embedding.Shape[0],
            HiddenSize = hidden,
            Layers = keys.Size("block_count"),
            Heads = heads,
            KeyValueHeads = keys.Size("attention.head_count_kv", heads),
            HeadWidth = keys.Size("attention.key_length", Math.Max(1, hidden / heads)),
            FeedForwardWidth = keys.Size("feed_forward_length"),
            NormEpsilon = (float)keys.Number("attention.layer_norm_rms_epsilon"),
            RopeTheta = keys.Number("rope.freq_base", 10000),
            RopeScaling = Scaling(file, keys),
            TieEmbeddings = !file.Tensors.ContainsKey("output.weight"),
            QkNorm = architecture == "qwen3",
            MaxPositions = keys.Size("context_length"),
        };
        keys.ThrowIfAny();
        return config;
    }

    static RopeScaling? Scaling(GgufFile file, GgufKeys keys)
    {
        if (file.Tensors.ContainsKey(GgufNames.RopeDivisors))
        {
            return new RopeScaling.Divided(file.ReadF32(GgufNames.RopeDivisors));
        }

        return keys.Text("rope.scaling.type") switch
        {
            "linear" => new RopeScaling.Linear(keys.Number("rope.scaling.factor")),
            _ => null,
        };
    }
}
