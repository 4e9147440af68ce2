using System.Globalization;
using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>llama.cpp's names for published tensors.</summary>
static class GgufNames
{
    public const string RopeDivisors = "rope_freqs.weight", LongDivisors = "rope_factors_long.weight", ShortDivisors = "rope_factors_short.weight";

    const string Layers = "model.layers.";

    static readonly Dictionary<string, string> _outer = new(StringComparer.Ordinal)
    {
        [DecoderTensors.Embedding] = "token_embd.weight",
        [DecoderTensors.FinalNorm] = "output_norm.weight",
        [DecoderTensors.Head] = "output.weight",
    };

    static readonly Dictionary<string, string> _inner = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.qkv_proj"] = "attn_qkv",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["pre_feedforward_layernorm"] = "ffn_norm",
        ["post_feedforward_layernorm"] = "post_ffw_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.gate_up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>The name of a published tensor: <c>model.layers.3.self_attn.q_proj.weight</c> is <c>blk.3.attn_q.weight</c>.</summary>
    /// <param name="published">A name of <see cref="DecoderTensors"/>.</param>
    /// <param name="config">A family with norms before and behind each block means what it says with post_attention_layernorm; others do not.</param>
    public static string Of(string published, DecoderConfig config)
    {
        if (_outer.TryGetValue(published, out string? name))
        {
            return name;
        }

        int afterLayer = published.IndexOf('.', Layers.Length), end = published.LastIndexOf('.');
        int layer = int.Parse(published.AsSpan(Layers.Length, afterLayer - Layers.Length), CultureInfo.InvariantCulture);
        string module = published[(afterLayer + 1)..end];
        string inner = module == "post_attention_layernorm" ? (HasFourNorms(config) ? "post_attention_norm" : "ffn_norm") : _inner[module];
        return $"blk.{layer}.{inner}{published[end..]}";
    }

    static bool HasFourNorms(DecoderConfig config) => config.Norms == NormPlacement.BeforeAndAfter;
}
