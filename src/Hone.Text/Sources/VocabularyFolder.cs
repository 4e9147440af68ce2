using System.Text.Json;
using Hone.Text.Decoders;
using Hone.Text.Models;
using Hone.Text.Normalizers;
using Hone.Text.PostProcessors;
using Hone.Text.PreTokenizers;

namespace Hone.Text.Sources;

/// <summary>A folder with vocab.json and merges.txt. Which text rules go with them, the tokenizer's class says.</summary>
static class VocabularyFolder
{
    const string Qwen2Normalizer = """{"type": "NFC"}""";

    const string Qwen2Split =
        """
        {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex":
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
        {"type": "ByteLevel", "use_regex": false, "add_prefix_space": PREFIX}]}
        """;

    const string Gpt2Split = """{"type": "ByteLevel", "add_prefix_space": PREFIX}""";

    // By tokenizer_class, or where there is none by the model_type of config.json.
    static readonly (string[] Names, string? Normalizer, string Split)[] _classes =
    [
        (["Qwen2Tokenizer", "qwen2", "qwen3", "qwen2_moe", "qwen3_moe"], Qwen2Normalizer, Qwen2Split),
        (["GPT2Tokenizer", "gpt2"], null, Gpt2Split),
    ];

    public static TokenizerParts Read(string folder)
    {
        string vocabularyFile = Path.Combine(folder, "vocab.json"), mergesFile = Path.Combine(folder, "merges.txt");
        var vocabulary = TokenizerSource.Reading(vocabularyFile, () =>
        {
            using var json = JsonDocument.Parse(TokenizerSource.Bytes(vocabularyFile));
            return BytePairFields.Vocabulary(json.RootElement, "the vocabulary");
        });
        var merges = TokenizerSource.Reading(mergesFile, () => Merges.Read(Lines(mergesFile), vocabulary));
        return TokenizerSource.Reading(folder, () =>
        {
            var configuration = new SpecialTokenFiles(folder, vocabulary);
            var (normalizerJson, splitJson) = ClassOf(folder, configuration);
            string prefix = configuration.AddsPrefixSpace ? "true" : "false";
            var normalizer = Normalizer.Read(Json(normalizerJson), "normalizer");
            return new TokenizerParts
            {
                Normalizer = normalizer,
                PreTokenizer = PreTokenizer.Read(Json(splitJson.Replace("PREFIX", prefix, StringComparison.Ordinal)), "pre_tokenizer")!.LeavingBytes(),
                Model = new BytePairModel(new() { Vocabulary = vocabulary, Merges = merges, RawBytes = true }),
                Template = new Template(configuration.Before, configuration.After),
                Decoder = new ByteLevelDecoder(),
                Added = AddedTokens.Of(configuration.Tokens, normalizer, vocabulary),
            };
        });
    }

    static (string? Normalizer, string Split) ClassOf(string folder, SpecialTokenFiles configuration)
    {
        string? name = configuration.TokenizerClass ?? SpecialTokenFiles.ModelType(folder);
        foreach (var (names, normalizer, split) in _classes)
        {
            if (names.Contains(name?.Replace("TokenizerFast", "Tokenizer", StringComparison.Ordinal)))
            {
                return (normalizer, split);
            }
        }

        throw new TokenizerException(
            $"the tokenizer_class is {(name is null ? "not given" : $"'{name}'")}, but vocab.json with merges.txt is read for Qwen2Tokenizer and "
            + "GPT2Tokenizer only; a tokenizer.json says everything.");
    }

    // "left right" on each line, after a line that names the version.
    static IEnumerable<(string Place, string[] Parts)> Lines(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Length > 0 && !(number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                yield return ($"line {number}", line.Split(' '));
            }
        }
    }

    static JsonElement? Json(string? text) => text is null ? null : JsonDocument.Parse(text).RootElement;
}
