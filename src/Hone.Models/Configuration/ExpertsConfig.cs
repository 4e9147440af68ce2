using Hone.Tensors.Ops;

namespace Hone.Models.Configuration;

/// <summary>How a checkpoint keeps the experts of a layer.</summary>
public enum ExpertStorage
{
    /// <summary>Three linear modules for each expert.</summary>
    Modules,

    /// <summary>
    /// As gpt-oss: gate_up_proj [E, C, 2F] and down_proj [E, F, C] of all experts, inputs down; gate is the even columns, up the odd ones.
    /// </summary>
    Fused,

    /// <summary>The same two in MXFP4, outputs down (<see cref="Weights.Mxfp4"/>).</summary>
    Mxfp4,
}

/// <summary>A feed-forward block of several experts, of which a router chooses some for each token.</summary>
public sealed record ExpertsConfig
{
    /// <summary>E.</summary>
    public required int Count { get; init; }

    /// <summary>Experts that each token visits.</summary>
    public required int PerToken { get; init; }

    /// <summary>F of one expert.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>The chosen experts' weights are divided by their sum.</summary>
    public bool NormalizeTopK { get; init; }

    /// <summary>F of an expert that every token visits; null: there is none.</summary>
    public int? SharedWidth { get; init; }

    /// <summary>Router and experts have biases.</summary>
    public bool HasBiases { get; init; }

    /// <summary>The gate of gpt-oss; null: silu(gate) ⊙ up.</summary>
    public ClampedActivation? Clamp { get; init; }

    public ExpertStorage Storage { get; init; }
}
