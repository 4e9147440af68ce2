namespace Hone.Text.Models;

/// <summary>What a byte pair encoding is made of.</summary>
sealed record BytePairSettings
{
    public required Dictionary<string, int> Vocabulary { get; init; }

    public required Merges Merges { get; init; }

    /// <summary>Pieces come as text; the vocabulary writes their UTF-8 bytes in the byte alphabet.</summary>
    public bool RawBytes { get; init; }

    /// <summary>A piece that is a token is taken whole.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Unknown characters in a row become one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Unknown characters become the tokens of their UTF-8 bytes.</summary>
    public bool ByteFallback { get; init; }

    public int? Unknown { get; init; }
}
