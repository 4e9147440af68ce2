namespace Hone.Models.Configuration;

/// <summary>Qwen2 with experts, one of which every token visits.</summary>
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
        var isSparse = ExpertKeys.SparseLayers(keys);
        var config = DecoderKeys.Read(keys, DecoderKeys.HeadWidth(keys), maxPositions: 32768);
        keys.Only("use_sliding_window", "false");
        keys.Find("sliding_window");
        keys.Find("max_window_layers");
        config = config with
        {
            QkvBias = keys.Flag("qkv_bias", absent: true),
            Experts = experts,
            LayerConfigs = [.. Enumerable.Range(0, config.Layers).Select(n => new LayerConfig { HasExperts = isSparse(n) })],
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
