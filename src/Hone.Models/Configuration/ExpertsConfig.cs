namespace Hone.Models.Configuration;

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

    /// <summary>Where gate and up are cut off; null: nowhere.</summary>
    public float? ClampLimit { get; init; }
}
