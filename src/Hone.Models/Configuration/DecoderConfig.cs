namespace Hone.Models.Configuration;

/// <summary>The values in which decoder families differ. Read by <see cref="DecoderConfigReader"/>, which refuses what is not built.</summary>
public sealed record DecoderConfig
{
    /// <summary>The family as config.json names it: <c>qwen3</c>, <c>llama</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>C.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>L.</summary>
    public required int Layers { get; init; }

    /// <summary>H, a multiple of <see cref="KeyValueHeads"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>K.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>D, even. H·D may differ from C.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>F.</summary>
    public required int FeedForwardWidth { get; init; }

    public required float NormEpsilon { get; init; }

    public required double RopeTheta { get; init; }

    public RopeScaling? RopeScaling { get; init; }

    /// <summary>The head's weights are the embedding's.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>Queries and keys are normalised over each head's width, after projection and before rotation.</summary>
    public bool QkNorm { get; init; }

    /// <summary>The four projections of attention have a bias.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Tokens, prompt and completion together, that the model was made for.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Each of them ends a completion. Those of config.json first, then what generation_config.json adds.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    public int? BosTokenId { get; init; }
}
