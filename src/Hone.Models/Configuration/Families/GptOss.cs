namespace Hone.Models.Configuration.Families;

/// <summary>gpt-oss: experts in every layer with biases and a clamped gate, sinks, every second layer sliding, YaRN.</summary>
static class GptOss
{
    public const string Architecture = "GptOssForCausalLM";
    public const string ModelType = "gpt_oss";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var experts = ExpertKeys.Read(keys, "intermediate_size") with
        {
            NormalizeTopK = true,
            HasBiases = true,
            Clamp = new((float)keys.Positive("swiglu_alpha", 1.702), (float)keys.Positive("swiglu_limit", 7)),
            Storage = ExpertKeys.IsMxfp4(keys) ? ExpertStorage.Mxfp4 : ExpertStorage.Fused,
        };
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 131072, NormEpsilon = 1e-5, RopeTheta = 150_000 });
        bool attentionBias = keys.Flag("attention_bias", absent: true);
        var windows = LayerKeys.Windows(keys, config, LayerKeys.WindowOr(keys, absent: 128), layer => layer % 2 == 0);
        keys.Ignore("initial_context_length");
        RequireOneCount(keys, experts);
        RequireWholeBlocks(keys, config, experts);
        config = config with
        {
            QkvBias = attentionBias,
            OutputBias = attentionBias,
            Sinks = true,
            Experts = experts,
            Ropes = [WithPublishedScaling(keys, config.Ropes[0])],
            LayerConfigs = LayerKeys.Of(config.Layers, layer => (windows.Count == 0 ? LayerConfig.Plain : windows[layer]) with { HasExperts = true }),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }

    // A file without any scaling means that of the published models.
    static RopeConfig WithPublishedScaling(ConfigKeys keys, RopeConfig rope) =>
        keys.Find("rope_scaling") is null && keys.Find("rope_parameters") is null
            ? rope with { Scaling = new RopeScaling.Yarn(32, 4096, 32, 1, Truncate: false, (0.1 * Math.Log(32)) + 1) }
            : rope;

    // Published files state it twice.
    static void RequireOneCount(ConfigKeys keys, ExpertsConfig experts)
    {
        if (keys.SizeOrNull("experts_per_token") is { } other && other != experts.PerToken)
        {
            keys.Problem($"experts_per_token is {other}, but num_experts_per_tok is {experts.PerToken}; keep one of them.");
        }
    }

    static void RequireWholeBlocks(ConfigKeys keys, DecoderConfig config, ExpertsConfig experts)
    {
        const int Block = Weights.Mxfp4.BlockNumbers;
        if (experts.Storage == ExpertStorage.Mxfp4 && (config.HiddenSize % Block != 0 || experts.FeedForwardWidth % Block != 0))
        {
            keys.Problem(
                $"hidden_size is {config.HiddenSize} and intermediate_size is {experts.FeedForwardWidth}; MXFP4 needs multiples of {Block}.");
        }
    }
}
