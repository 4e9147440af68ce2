namespace Hone.Models.Configuration;

/// <summary>The dense Qwen3 models: Llama's form with a norm over each head of queries and keys.</summary>
static class QwenThree
{
    public const string Architecture = "Qwen3ForCausalLM";
    public const string ModelType = "qwen3";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        // transformers assumes 128 and 32 where head_dim and num_key_value_heads are absent, whatever the other sizes say.
        // No published file relies on that; a file that would is more likely damaged.
        RequireStated(keys, "num_key_value_heads");
        var config = DecoderKeys.Read(keys, headWidth: null, maxPositions: 32768) with { QkNorm = QkNorm.PerHead };
        RequireNoWindow(keys, config);
        DecoderKeys.Finish(keys, config);
        return config;
    }

    static void RequireStated(ConfigKeys keys, string key)
    {
        if (keys.Find(key) is null)
        {
            keys.Problem($"{key} is missing.");
        }
    }

    // The window acts in layers from max_window_layers on, and only when it is switched on; layer_types overrides all three keys.
    static void RequireNoWindow(ConfigKeys keys, DecoderConfig config)
    {
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? width = keys.Find("sliding_window") is null ? null : keys.Size("sliding_window");
        bool reached = keys.Find("max_window_layers") is not { } first || !first.TryGetInt32(out int layer) || layer < config.Layers;
        if (used && width is not null && reached && keys.Find("layer_types") is null)
        {
            keys.Problem($"sliding_window is {width} and in use; Hone runs Qwen3 with full attention only.");
        }
    }
}
