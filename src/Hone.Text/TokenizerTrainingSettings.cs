namespace Hone.Text;

/// <summary>What a new tokenizer is to be like.</summary>
public sealed record TokenizerTrainingSettings
{
    /// <summary>Tokens at most: special tokens, 256 bytes, merges. Fewer when the texts have no pair left that occurs twice.</summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>Found in any text and never cut; they get the first ids, in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

    /// <summary>Every digit is a token of its own; otherwise up to three digits may be one.</summary>
    public bool IndividualDigits { get; init; } = true;

    /// <summary>Ends an answer. One of the special tokens, or null.</summary>
    public string? EosToken { get; init; }

    /// <summary>Fills rows up. One of the special tokens, or null.</summary>
    public string? PadToken { get; init; }

    /// <summary>A Jinja chat template, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Every problem at once. Empty when the settings can be used.</summary>
    public IEnumerable<string> Problems()
    {
        int least = SpecialTokens.Count + 256;
        if (VocabularySize < least)
        {
            yield return $"VocabularySize is {VocabularySize}, but needs {least} or more: {SpecialTokens.Count} special tokens and 256 bytes.";
        }

        if (SpecialTokens.Distinct(StringComparer.Ordinal).Count() < SpecialTokens.Count)
        {
            yield return "SpecialTokens lists a token twice.";
        }

        foreach (string token in SpecialTokens.Where(token => token.Length < 2))
        {
            yield return $"SpecialTokens has '{token}', but a special token needs two characters or more: single ones stand for bytes.";
        }

        foreach (var (name, token) in new[] { (nameof(EosToken), EosToken), (nameof(PadToken), PadToken) })
        {
            if (token is not null && !SpecialTokens.Contains(token))
            {
                yield return $"{name} is '{token}', but needs to be one of SpecialTokens.";
            }
        }
    }
}
