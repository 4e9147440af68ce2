namespace Hone.Models.Configuration;

/// <summary>What absent keys of config.json mean in a family.</summary>
sealed record FamilyDefaults
{
    public required int MaxPositions { get; init; }
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>The rotary settings are one set in the common spelling; otherwise the family reads them itself.</summary>
    public bool ReadsRope { get; init; } = true;
    public double NormEpsilon { get; init; } = 1e-6;
    public bool TieEmbeddings { get; init; }

    /// <summary>head_dim follows from hidden_size and the heads; otherwise it must be stated.</summary>
    public bool DerivesHeadWidth { get; init; } = true;

    /// <summary>The key that names the gate's function, and what its absence means; null: it must be stated.</summary>
    public string ActivationKey { get; init; } = "hidden_act";
    public string Activation { get; init; } = "silu";

    /// <summary>Token ids, where the vocabulary reaches them.</summary>
    public int? BosTokenId { get; init; }
    public int? EosTokenId { get; init; }
}
