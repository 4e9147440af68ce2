namespace Hone.Training.Selection;

/// <summary>
/// A step whose groups carry too little gradient draws more prompts: each new group with different rewards takes the place of one with
/// equal rewards.
/// </summary>
public sealed record DynamicSamplingSettings
{
    /// <summary>Groups that a step may draw beyond its batch. Null: half of batchSize; 0: none.</summary>
    public int? MaxRefills { get; init; }

    /// <summary>A step is refilled while fewer than this share of its groups have different rewards.</summary>
    public double MinInformativeShare { get; init; } = 0.25;

    public IEnumerable<string> Problems() =>
        (MaxRefills is { } refills ? SettingsRange.AtLeast("maxRefills", refills, 0) : [])
            .Concat(SettingsRange.Between("minInformativeShare", MinInformativeShare, 0, 1));

    /// <summary>Groups that a step of so many prompts may draw more.</summary>
    public int RefillsFor(int prompts) => MaxRefills ?? prompts / 2;

    /// <summary>Groups with different rewards that a step of so many prompts is refilled to have.</summary>
    public int WantedOf(int prompts) => (int)Math.Ceiling(MinInformativeShare * prompts);
}
