using System.Text.Json;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>
/// llama.cpp's names for the ways in which byte-level tokenizers cut text before they merge. It knows them by name, not by expression: what
/// has no name here would be tokenized otherwise there, and is refused.
/// </summary>
static class GgufPreTokenizer
{
    const string Tail = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    const string Suffixes = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    const string Word = @"[^\r\n\p{L}\p{N}]?\p{L}+|";

    const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", Suffix = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    const string CasedWords = @"[^\r\n\p{L}\p{N}]?" + Upper + "*" + Lower + "+" + Suffix + @"|[^\r\n\p{L}\p{N}]?" + Upper + "+" + Lower + "*" + Suffix + "|";
    const string CasedTail = @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // With a published tokenizer for each line.
    static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        [Suffixes + Word + @"\p{N}|" + Tail] = "qwen2",
        [Suffixes + Word + @"\p{N}{1,3}|" + Tail] = "smaug-bpe",
        [@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"] = "dbrx",
        [@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"] = "dbrx",
        [CasedWords + CasedTail] = "gpt-4o",
        [@"[^\r\n\p{L}\p{N}]?" + Upper + "*" + Lower + @"+|[^\r\n\p{L}\p{N}]?" + Upper + "+" + Lower + @"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"] = "tekken",
        ["ByteLevel"] = "gpt-2",
        ["Digits;ByteLevel"] = "smollm",
    };

    /// <param name="path">tokenizer.json, for the refusal.</param>
    /// <param name="stages">What pre_tokenizer does, one after the other.</param>
    /// <param name="ignoreMerges">A piece that is a token as a whole stays whole.</param>
    public static string NameOf(string path, JsonElement[] stages, bool ignoreMerges)
    {
        string cutting = string.Join(";", stages.Select(Cutting).Where(stage => stage.Length > 0));
        if (!_names.TryGetValue(cutting, out string? name))
        {
            throw new ModelFileException(
                path, $"llama.cpp has no name that Hone knows for a pre_tokenizer of {cutting}, so a GGUF file would be tokenized otherwise; export as safetensors.");
        }

        return name == "smaug-bpe" && ignoreMerges ? "llama-bpe" : name;
    }

    // What a stage cuts; empty if it only changes letters.
    static string Cutting(JsonElement stage) => Text(stage, "type") switch
    {
        "Split" => stage.TryGetProperty("pattern", out var pattern) ? Text(pattern, "Regex") ?? "String " + Text(pattern, "String") : "",
        "Digits" => stage.TryGetProperty("individual_digits", out var each) && each.ValueKind == JsonValueKind.True ? "Digits" : "Digits in runs",
        "ByteLevel" when stage.TryGetProperty("use_regex", out var used) && used.ValueKind == JsonValueKind.False => "",
        var other => other ?? "",
    };

    static string? Text(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
