namespace Hone.Models.Configuration.Families;

/// <summary>Llama 1 to 3 and everything published in their form.</summary>
static class Llama
{
    public const string Architecture = "LlamaForCausalLM";
    public const string ModelType = "llama";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        // A file that says nothing of its token ids means those of the first Llama.
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 2048, BosTokenId = 1, EosTokenId = 2 });
        keys.Only("rope_interleaved", "false");
        LayerKeys.AllFull(keys, config);
        config = config with { FeedForwardBias = keys.Flag("mlp_bias", absent: false) };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
