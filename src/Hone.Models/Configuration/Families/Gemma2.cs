namespace Hone.Models.Configuration.Families;

/// <summary>Gemma 2: soft caps, a window in every other layer from the first on.</summary>
static class Gemma2
{
    public const string Architecture = "Gemma2ForCausalLM";
    public const string ModelType = "gemma2";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = Gemma.Read(keys, new() { MaxPositions = 8192 });
        config = config with
        {
            ScoreSoftCap = keys.Has("attn_logit_softcapping") ? config.ScoreSoftCap : 50,
            LogitSoftCap = keys.Has("final_logit_softcapping") ? config.LogitSoftCap : 30,
            LayerConfigs = LayerKeys.Windows(keys, config, LayerKeys.WindowOr(keys, absent: 4096), layer => layer % 2 == 0),
        };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
