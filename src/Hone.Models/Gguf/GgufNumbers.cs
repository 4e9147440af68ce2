using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>A tensor's numbers as the published files hold them and as llama.cpp wants them.</summary>
static class GgufNumbers
{
    /// <param name="published">The published name.</param>
    public static float[] ToFile(DecoderConfig config, string published, float[] values) =>
        IsRotated(config, published) ? RotaryRows.Interleave(values, config.HeadWidth, values.Length / Rows(config, published)) : values;

    public static float[] FromFile(DecoderConfig config, string published, float[] values) =>
        IsRotated(config, published) ? RotaryRows.Separate(values, config.HeadWidth, values.Length / Rows(config, published)) : values;

    static bool IsRotated(DecoderConfig config, string name) =>
        GgufArchitecture.NameOf(config) == GgufArchitecture.Llama
        && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal));

    static int Rows(DecoderConfig config, string name) =>
        config.HeadWidth * (name.Contains(".q_proj.", StringComparison.Ordinal) ? config.Heads : config.KeyValueHeads);
}
