namespace Hone.Models.Configuration.Families;

/// <summary>The dense Qwen3 models: Llama's form with a norm over each head of queries and keys.</summary>
static class QwenThree
{
    public const string Architecture = "Qwen3ForCausalLM";
    public const string ModelType = "qwen3";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        // transformers assumes 128 and 32 where head_dim and num_key_value_heads are absent, whatever the other sizes say.
        // No published file relies on that; a file that would is more likely damaged.
        keys.RequireStated("num_key_value_heads");
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 32768, DerivesHeadWidth = false });
        config = config with { QkNorm = QkNorm.PerHead, LayerConfigs = LayerKeys.SwitchedWindows(keys, config) };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
