using System.Text.Json;
using Hone.Models.Configuration.Families;
using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>Writes <c>config.json</c> and <c>generation_config.json</c> of a Qwen3 model in the spelling that transformers 4.51 and later read.</summary>
public static class ConfigWriter
{
    // The first release that knows Qwen3. Readers use it only to tell old spellings from new ones.
    const string TransformersVersion = "4.51.0";

    /// <param name="folder">Must exist.</param>
    /// <param name="config">A configuration of model_type qwen3.</param>
    /// <param name="kind">How the weights are stored: F32, BF16 or F16.</param>
    /// <param name="padTokenId">Written for other programs; Hone pads nothing.</param>
    public static void Write(string folder, DecoderConfig config, ElementKind kind, int? padTokenId = null)
    {
        if (config.ModelType != QwenThree.ModelType || config.QkNorm != QkNorm.PerHead || config.QkvBias)
        {
            throw new ArgumentException($"A {config.ModelType} configuration has no writer; only qwen3 without biases has one.", nameof(config));
        }

        JsonFile.Write(Path.Combine(folder, DecoderConfigReader.ConfigName), json =>
        {
            WriteIdentity(json, kind);
            WriteSizes(json, config);
            WriteRope(json, config);
            WriteTokenIds(json, config, padTokenId);
            json.WriteString("transformers_version", TransformersVersion);
        });
        JsonFile.Write(Path.Combine(folder, DecoderConfigReader.GenerationConfigName), json =>
        {
            WriteTokenIds(json, config, padTokenId);
            json.WriteString("transformers_version", TransformersVersion);
        });
    }

    static void WriteIdentity(Utf8JsonWriter json, ElementKind kind)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(QwenThree.Architecture);
        json.WriteEndArray();
        json.WriteString("model_type", QwenThree.ModelType);
        json.WriteString("torch_dtype", kind switch
        {
            ElementKind.F32 => "float32",
            ElementKind.BF16 => "bfloat16",
            ElementKind.F16 => "float16",
            _ => throw new ArgumentException($"Weights of kind {kind} have no name in config.json.", nameof(kind)),
        });
        json.WriteBoolean("use_cache", true);
        json.WriteBoolean("use_sliding_window", false);
        json.WriteNull("sliding_window");
        json.WriteBoolean("attention_bias", false);
        json.WriteNumber("attention_dropout", 0);
        json.WriteString("hidden_act", "silu");
    }

    static void WriteSizes(Utf8JsonWriter json, DecoderConfig config)
    {
        json.WriteNumber("vocab_size", config.VocabularySize);
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("intermediate_size", config.FeedForwardWidth);
        json.WriteNumber("num_hidden_layers", config.Layers);
        // Absent, transformers assumes 28 and, with more layers, would look for windows in the rest.
        json.WriteNumber("max_window_layers", config.Layers);
        json.WriteNumber("num_attention_heads", config.Heads);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
        json.WriteNumber("head_dim", config.HeadWidth);
        json.WriteNumber("max_position_embeddings", config.MaxPositions);
        json.WriteNumber("rms_norm_eps", config.NormEpsilon);
        json.WriteBoolean("tie_word_embeddings", config.TieEmbeddings);
    }

    static void WriteRope(Utf8JsonWriter json, DecoderConfig config)
    {
        json.WriteNumber("rope_theta", config.Ropes[0].Theta);
        switch (config.Ropes[0].Scaling)
        {
            case null:
                json.WriteNull("rope_scaling");
                break;
            case RopeScaling.Linear linear:
                json.WriteStartObject("rope_scaling");
                json.WriteString("rope_type", "linear");
                json.WriteNumber("factor", linear.Factor);
                json.WriteEndObject();
                break;
            case RopeScaling.LlamaThree llamaThree:
                json.WriteStartObject("rope_scaling");
                json.WriteString("rope_type", "llama3");
                json.WriteNumber("factor", llamaThree.Factor);
                json.WriteNumber("low_freq_factor", llamaThree.LowFrequencyFactor);
                json.WriteNumber("high_freq_factor", llamaThree.HighFrequencyFactor);
                json.WriteNumber("original_max_position_embeddings", llamaThree.OriginalMaxPositions);
                json.WriteEndObject();
                break;
        }
    }

    static void WriteTokenIds(Utf8JsonWriter json, DecoderConfig config, int? padTokenId)
    {
        WriteOptional(json, "bos_token_id", config.BosTokenId);
        WriteOptional(json, "pad_token_id", padTokenId);
        switch (config.EosTokenIds)
        {
            case []:
                json.WriteNull("eos_token_id");
                break;
            case [int only]:
                json.WriteNumber("eos_token_id", only);
                break;
            default:
                json.WriteStartArray("eos_token_id");
                foreach (int id in config.EosTokenIds)
                {
                    json.WriteNumberValue(id);
                }

                json.WriteEndArray();
                break;
        }
    }

    static void WriteOptional(Utf8JsonWriter json, string key, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(key, number);
        }
        else
        {
            json.WriteNull(key);
        }
    }
}
