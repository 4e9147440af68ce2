namespace Hone.Models.Configuration.Families;

/// <summary>Granite 3: Llama's form with four multipliers.</summary>
static class Granite
{
    public const string Architecture = "GraniteForCausalLM";
    public const string ModelType = "granite";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 2048, BosTokenId = 1, EosTokenId = 2 });
        LayerKeys.AllFull(keys, config);
        config = config with
        {
            FeedForwardBias = keys.Flag("mlp_bias", absent: false),
            EmbeddingScale = (float)keys.Positive("embedding_multiplier", 1),
            ResidualScale = (float)keys.Positive("residual_multiplier", 1),
            AttentionScale = (float)keys.Positive("attention_multiplier", 1),
            LogitScale = (float)(1 / keys.Positive("logits_scaling", 1)),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
