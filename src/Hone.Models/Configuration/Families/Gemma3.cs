namespace Hone.Models.Configuration.Families;

/// <summary>Gemma 3's text models: norms of queries and keys, several local layers to one global, each kind with its own rotary base.</summary>
static class Gemma3
{
    public const string Architecture = "Gemma3ForCausalLM";
    public const string ModelType = "gemma3_text";

    const int Global = 0, Local = 1;

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = Gemma.Read(keys, new() { MaxPositions = 131072, ReadsRope = false });
        var (global, local) = new RopeKeys(keys, config.HeadWidth, config.MaxPositions).ReadBoth(1_000_000, 10_000);
        int? window = LayerKeys.WindowOr(keys, absent: 4096);
        int pattern = keys.Size("sliding_window_pattern", keys.Size("_sliding_window_pattern", 6));
        bool[] sliding = LayerKeys.Slides(keys, config, window, layer => (layer + 1) % pattern != 0);
        config = config with
        {
            QkNorm = QkNorm.PerHead,
            Ropes = [global, local],
            LayerConfigs = LayerKeys.Of(config.Layers, layer => sliding[layer] ? new() { Window = window, Rope = Local } : new() { Rope = Global }),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
