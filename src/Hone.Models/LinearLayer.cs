using Hone.Tensors;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>A linear layer of the decoder and, while an adapter is attached, its low-rank addition.</summary>
public sealed class LinearLayer(string module, Parameter weight, Parameter? bias = null)
{
    /// <summary>The name without <c>.weight</c>, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Module => module;

    public Parameter Weight => weight;

    public Parameter? Bias => bias;

    public IEnumerable<Parameter> Parameters => bias is null ? [weight] : [weight, bias];

    /// <summary>Weighs experts: an adapter changes it only if its targets name it, not as one of all linear layers.</summary>
    public bool IsRouter { get; init; }

    public LowRank? Adapter { get; set; }

    /// <summary>Low-rank additions to some rows of the next batch; null: none.</summary>
    public IReadOnlyList<RowAdapter>? RowAdapters { get; set; }

    /// <summary>The weight and what is attached to it now.</summary>
    public LinearWeights Weights => new(weight, Adapter, bias, RowAdapters);
}
