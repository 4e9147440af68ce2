namespace Hone.Models.Configuration;

/// <summary>Qwen3 with experts in some or all of its layers.</summary>
static class QwenThreeMoe
{
    public const string Architecture = "Qwen3MoeForCausalLM";
    public const string ModelType = "qwen3_moe";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        QwenThree.RequireStated(keys, "num_key_value_heads");
        var experts = ExpertKeys.Read(keys, "moe_intermediate_size") with { NormalizeTopK = keys.Flag("norm_topk_prob", absent: false) };
        var isSparse = ExpertKeys.SparseLayers(keys);
        var config = DecoderKeys.Read(keys, headWidth: null, maxPositions: 32768);
        int? window = Window(keys);
        config = config with
        {
            QkNorm = QkNorm.PerHead,
            Experts = experts,
            LayerConfigs = [.. Enumerable.Range(0, config.Layers).Select(n => new LayerConfig { HasExperts = isSparse(n), Window = window })],
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }

    // Unlike in the dense models a window that is in use is in every layer.
    static int? Window(ConfigKeys keys)
    {
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? width = keys.Find("sliding_window") is null ? null : keys.Size("sliding_window");
        keys.Find("max_window_layers");
        return used ? width : null;
    }
}
