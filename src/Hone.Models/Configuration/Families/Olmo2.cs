namespace Hone.Models.Configuration.Families;

/// <summary>OLMo 2: norms behind the blocks instead of before them, and over all heads of queries and keys together.</summary>
static class Olmo2
{
    public const string Architecture = "Olmo2ForCausalLM";
    public const string ModelType = "olmo2";

    public static DecoderConfig Read(ConfigKeys keys)
    {
        var config = DecoderKeys.Read(keys, new() { MaxPositions = 2048, NormEpsilon = 1e-5, EosTokenId = 50279 });
        LayerKeys.AllFull(keys, config);
        config = config with { Norms = NormPlacement.After, QkNorm = QkNorm.FullWidth };
        DecoderKeys.Finish(keys, config);
        return config;
    }
}
