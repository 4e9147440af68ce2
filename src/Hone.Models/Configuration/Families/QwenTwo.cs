namespace Hone.Models.Configuration.Families;

/// <summary>Qwen2 and Qwen2.5: Llama's form with biases on queries, keys and values, of which no key tells.</summary>
static class QwenTwo
{
    public const string Architecture = "Qwen2ForCausalLM";
    public const string ModelType = "qwen2";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 32768 });
        keys.Only("attention_bias", "false");
        keys.Only("use_mrope", "false");
        config = config with { QkvBias = true, OutputBias = false, LayerConfigs = LayerKeys.SwitchedWindows(keys, config) };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
