namespace Hone.Models.Configuration;

/// <summary>Llama 1 to 3 and everything published in their form.</summary>
static class Llama
{
    public const string Architecture = "LlamaForCausalLM";
    public const string ModelType = "llama";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, HeadWidth(keys), maxPositions: 2048);
        keys.Only("mlp_bias", "false");
        keys.Only("rope_interleaved", "false");
        DecoderKeys.Finish(keys, config);
        return config with
        {
            // A file that says nothing means the ids of the first Llama; null means none.
            BosTokenId = keys.Has("bos_token_id") ? config.BosTokenId : 1,
            EosTokenIds = keys.Has("eos_token_id") ? config.EosTokenIds : [2],
        };
    }

    static Func<int, int, int> HeadWidth(ConfigKeys keys) => (hiddenSize, heads) =>
    {
        if (keys.Problems.Count == 0 && hiddenSize % heads != 0)
        {
            keys.Problem($"hidden_size is {hiddenSize}, expected a multiple of num_attention_heads, {heads}, where head_dim is absent.");
        }

        return Math.Max(1, hiddenSize / heads);
    };
}
