namespace Hone.Models.Configuration.Families;

/// <summary>Mistral: Llama's form with one window for all layers.</summary>
static class Mistral
{
    public const string Architecture = "MistralForCausalLM";
    public const string ModelType = "mistral";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 131072, BosTokenId = 1, EosTokenId = 2 });
        keys.Only("attention_bias", "false");
        config = config with { LayerConfigs = LayerKeys.Windows(keys, config, LayerKeys.WindowOr(keys, absent: 4096), _ => true) };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
