namespace Hone.Models.Configuration;

/// <summary>The values in which the layers of one decoder differ.</summary>
public sealed record LayerConfig
{
    /// <summary>Full attention, the first rotary table, a dense MLP.</summary>
    public static LayerConfig Plain { get; } = new();

    /// <summary>Keys that a position sees, its own included; null: all before it.</summary>
    public int? Window { get; init; }

    /// <summary>Which of <see cref="DecoderConfig.Ropes"/> turns queries and keys; null: none does.</summary>
    public int? Rope { get; init; } = 0;

    /// <summary>The feed-forward block is the experts of <see cref="DecoderConfig.Experts"/>.</summary>
    public bool HasExperts { get; init; }
}
