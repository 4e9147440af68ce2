namespace Hone.Models.Configuration.Families;

/// <summary>Qwen3 with experts in some or all of its layers.</summary>
static class QwenThreeMoe
{
    public const string Architecture = "Qwen3MoeForCausalLM";
    public const string ModelType = "qwen3_moe";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        keys.RequireStated("num_key_value_heads");
        var experts = ExpertKeys.Read(keys, "moe_intermediate_size") with { NormalizeTopK = keys.Flag("norm_topk_prob", absent: false) };
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 32768, DerivesHeadWidth = false });
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? window = LayerKeys.WindowOr(keys, absent: 4096);
        keys.Ignore("max_window_layers");
        config = config with
        {
            QkNorm = QkNorm.PerHead,
            Experts = experts,
            // Unlike in the dense models a window that is in use is in every layer.
            LayerConfigs = ExpertKeys.SparseLayers(keys, LayerKeys.Windows(keys, config, used ? window : null, _ => true), config.Layers),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
