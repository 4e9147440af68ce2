namespace Hone.Models.Configuration.Families;

/// <summary>Phi-3 and Phi-4: Llama's form with fused projections, partial and length-dependent rotation, and one window for all layers.</summary>
static class Phi3
{
    public const string Architecture = "Phi3ForCausalLM";
    public const string ModelType = "phi3";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 4096, NormEpsilon = 1e-5, BosTokenId = 1, EosTokenId = 32000 });
        keys.Only("attention_bias", "false");
        keys.Ignore("embd_pdrop", "resid_pdrop", "auto_map", "embedding_dropout", "residual_dropout");
        config = config with
        {
            FusedProjections = true,
            LayerConfigs = LayerKeys.Windows(keys, config, LayerKeys.WindowOr(keys, absent: null), _ => true),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
