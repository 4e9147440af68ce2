namespace Hone.Models.Configuration.Families;

/// <summary>SmolLM3: Llama's form; some layers do not rotate, and only those have a window if one is in use.</summary>
static class SmolLm3
{
    public const string Architecture = "SmolLM3ForCausalLM";
    public const string ModelType = "smollm3";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(
            keys, new() { MaxPositions = 32768, RopeTheta = 2_000_000, TieEmbeddings = true, BosTokenId = 128000, EosTokenId = 128001 });
        bool[] rotates = Rotates(keys, config.Layers);
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? window = LayerKeys.WindowOr(keys, absent: null);
        bool[] sliding = LayerKeys.Slides(keys, config, used ? window : null, layer => !rotates[layer]);
        keys.Ignore("max_window_layers");
        config = config with
        {
            FeedForwardBias = keys.Flag("mlp_bias", absent: false),
            LayerConfigs = LayerKeys.Of(config.Layers, layer => new()
            {
                Rope = rotates[layer] ? 0 : null,
                Window = sliding[layer] ? window : null,
            }),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }

    // The key's name says the opposite: 1 means that the layer rotates.
    static bool[] Rotates(ConfigKeys keys, int layers)
    {
        int interval = keys.Size("no_rope_layer_interval", 4);
        bool[] absent = [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % interval != 0)];
        if (keys.Numbers("no_rope_layers", number => number is 0 or 1, "zeros and ones") is not { } stated)
        {
            return absent;
        }

        if (stated.Length != layers)
        {
            keys.Problem($"no_rope_layers has {stated.Length} entries, expected num_hidden_layers, {layers}.");
            return absent;
        }

        return Array.ConvertAll(stated, number => number == 1);
    }
}
