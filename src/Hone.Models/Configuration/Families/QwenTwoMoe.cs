namespace Hone.Models.Configuration.Families;

/// <summary>Qwen2 with experts in some or all of its layers, one of which every token visits.</summary>
static class QwenTwoMoe
{
    public const string Architecture = "Qwen2MoeForCausalLM";
    public const string ModelType = "qwen2_moe";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var experts = ExpertKeys.Read(keys, "moe_intermediate_size") with
        {
            NormalizeTopK = keys.Flag("norm_topk_prob", absent: false),
            SharedWidth = keys.Size("shared_expert_intermediate_size"),
        };
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 32768 });
        keys.Only("attention_bias", "false");
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? window = LayerKeys.WindowOr(keys, absent: 4096);
        int first = keys.Count("max_window_layers", absent: 28);
        config = config with
        {
            QkvBias = keys.Flag("qkv_bias", absent: true),
            Experts = experts,
            // Every second layer before the one that the key names: the dense models slide behind it.
            LayerConfigs = ExpertKeys.SparseLayers(
                keys, LayerKeys.Windows(keys, config, used ? window : null, layer => layer % 2 == 0 && layer < first), config.Layers),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
