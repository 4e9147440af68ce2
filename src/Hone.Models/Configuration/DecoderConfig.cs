using Hone.Tensors;

namespace Hone.Models.Configuration;

/// <summary>Where a layer's norms stand.</summary>
public enum NormPlacement
{
    /// <summary>x += block(norm(x)).</summary>
    Before,

    /// <summary>x += norm(block(x)).</summary>
    After,

    /// <summary>x += norm(block(norm(x))).</summary>
    BeforeAndAfter,
}

/// <summary>What the norm of queries and keys, after projection and before rotation, runs over.</summary>
public enum QkNorm
{
    None,

    /// <summary>The width of each head; one weight for all heads.</summary>
    PerHead,

    /// <summary>All heads of a token together.</summary>
    FullWidth,
}

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

    /// <summary>F of dense layers.</summary>
    public required int FeedForwardWidth { get; init; }

    public required float NormEpsilon { get; init; }

    /// <summary>Norms multiply by 1 + w, w being the published weight.</summary>
    public bool NormAddsOne { get; init; }

    public NormPlacement Norms { get; init; }

    public QkNorm QkNorm { get; init; }

    /// <summary>Sets of rotary frequencies; a layer names its own by index.</summary>
    public required ValueList<RopeConfig> Ropes { get; init; }

    /// <summary>One entry for each layer; empty where all are <see cref="LayerConfig.Plain"/>.</summary>
    public ValueList<LayerConfig> LayerConfigs { get; init; } = [];

    /// <summary>The head's weights are the embedding's.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>The projections to queries, keys and values have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>The projection of attention's result has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>The projections of dense MLPs have a bias.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>q, k and v are one linear layer, and so are gate and up.</summary>
    public bool FusedProjections { get; init; }

    /// <summary>The softmax of scores counts one learned logit per head besides, whose share is dropped.</summary>
    public bool Sinks { get; init; }

    public Activation Activation { get; init; }

    /// <summary>Multiplies embeddings on their way in.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Multiplies what attention and MLP add to the residual stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Multiplies scores; null: 1 / √D.</summary>
    public float? AttentionScale { get; init; }

    /// <summary>Scores become c · tanh(score / c); null: they stay.</summary>
    public float? ScoreSoftCap { get; init; }

    /// <summary>Multiplies logits.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>Logits become c · tanh(logit / c), after their scale; null: they stay.</summary>
    public float? LogitSoftCap { get; init; }

    /// <summary>Null where no layer has experts.</summary>
    public ExpertsConfig? Experts { get; init; }

    /// <summary>Tokens, prompt and completion together, that the model was made for.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Each of them ends a completion. Those of config.json first, then what generation_config.json adds.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    public int? BosTokenId { get; init; }

    public LayerConfig Layer(int layer) => LayerConfigs.Count == 0 ? LayerConfig.Plain : LayerConfigs[layer];
}
