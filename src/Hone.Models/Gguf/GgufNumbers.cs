using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>A tensor's numbers as the published files hold them, and as llama.cpp wants them.</summary>
static class GgufNumbers
{
    /// <param name="published">The published name.</param>
    public static float[] ToFile(DecoderConfig config, string published, float[] values)
    {
        if (config.NormAddsOne && DecoderTensors.IsNorm(published))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += 1;
            }
        }

        float factor = IsQueryScaled(config, published) ? GgufArchitecture.QueryFactor(config) : 1;
        if (factor != 1)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= factor;
            }
        }

        return IsRotated(config, published) ? RotaryRows.Interleave(values, config.HeadWidth, Columns(config, published, values)) : values;
    }

    /// <summary>Norms and scales stay as the file has them: a decoder wants them so.</summary>
    public static float[] FromFile(DecoderConfig config, string published, float[] values) =>
        IsRotated(config, published) ? RotaryRows.Separate(values, config.HeadWidth, Columns(config, published, values)) : values;

    // Behind a norm of the queries a factor before it would be lost.
    static bool IsQueryScaled(DecoderConfig config, string name) =>
        config.QkNorm != QkNorm.None
            ? name.EndsWith(".q_norm.weight", StringComparison.Ordinal)
            : name.Contains(".q_proj.", StringComparison.Ordinal);

    static bool IsRotated(DecoderConfig config, string name) =>
        GgufArchitecture.NameOf(config) == GgufArchitecture.Llama
        && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal));

    static int Columns(DecoderConfig config, string name, float[] values) =>
        values.Length / config.HeadWidth / (name.Contains(".q_proj.", StringComparison.Ordinal) ? config.Heads : config.KeyValueHeads);
}
