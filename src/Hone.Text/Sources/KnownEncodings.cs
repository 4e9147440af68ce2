namespace Hone.Text.Sources;

/// <summary>Rank files that are known by their names: what the file leaves out is published beside them.</summary>
static class KnownEncodings
{
    const string Gpt2Pattern = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";

    const string Cl100kPattern =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";

    const string O200kPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    static readonly Dictionary<string, (string Pattern, Dictionary<string, int> Special)> _known = new()
    {
        ["gpt2"] = (Gpt2Pattern, new() { ["<|endoftext|>"] = 50256 }),
        ["r50k_base"] = (Gpt2Pattern, new() { ["<|endoftext|>"] = 50256 }),
        ["p50k_base"] = (Gpt2Pattern, new() { ["<|endoftext|>"] = 50256 }),
        ["cl100k_base"] = (Cl100kPattern, new()
        {
            ["<|endoftext|>"] = 100257,
            ["<|fim_prefix|>"] = 100258,
            ["<|fim_middle|>"] = 100259,
            ["<|fim_suffix|>"] = 100260,
            ["<|endofprompt|>"] = 100276,
        }),
        ["o200k_base"] = (O200kPattern, new() { ["<|endoftext|>"] = 199999, ["<|endofprompt|>"] = 200018 }),
    };

    public static TokenizerParts Read(string file)
    {
        string description = Path.Combine(Path.GetDirectoryName(file) ?? "", EncodingFile.Name);
        if (File.Exists(description))
        {
            return EncodingFile.Read(description, root: null);
        }

        string name = Path.GetFileNameWithoutExtension(file);
        return _known.TryGetValue(name, out var known)
            ? RankFile.Read(file, known.Pattern, known.Special)
            : throw new TokenizerException(
                $"{file} lists ranks only, and '{name}' is none of {string.Join(", ", _known.Keys.Order(StringComparer.Ordinal))}; "
                + $"put an {EncodingFile.Name} with ranks, pattern and special_tokens beside it.");
    }
}
