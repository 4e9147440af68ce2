using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Text.Training;

/// <summary>Writes tokenizer.json and tokenizer_config.json as Hugging Face lays them out.</summary>
static class TokenizerFiles
{
    static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Splits words, numbers, punctuation and whitespace, then writes bytes.</summary>
    public static JsonObject PreTokenizer(bool individualDigits)
    {
        string digits = individualDigits ? @"\p{N}" : @"\p{N}{1,3}";
        return new()
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject
                    {
                        ["Regex"] = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits
                            + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
                    },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                },
                ByteLevel(useRegex: false)),
        };
    }

    public static void Write(
        string folder, TokenizerTrainingSettings settings, IReadOnlyList<string> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var file = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. settings.SpecialTokens.Select(AddedToken)]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = PreTokenizer(settings.IndividualDigits),
            ["post_processor"] = ByteLevel(useRegex: true),
            ["decoder"] = ByteLevel(useRegex: true),
            ["model"] = Model(tokens, merges),
        };
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), file.ToJsonString(_readable) + "\n");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), Configuration(settings).ToJsonString(_readable) + "\n");
    }

    static JsonObject AddedToken(string content, int id) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    static JsonObject ByteLevel(bool useRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = useRegex,
    };

    static JsonObject Model(IReadOnlyList<string> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < tokens.Count; id++)
        {
            vocabulary[tokens[id]] = id;
        }

        return new()
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = vocabulary,
            ["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(tokens[merge.Left], tokens[merge.Right]))]),
        };
    }

    static JsonObject Configuration(TokenizerTrainingSettings settings)
    {
        var configuration = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["clean_up_tokenization_spaces"] = false,
        };
        AddIfGiven("eos_token", settings.EosToken);
        AddIfGiven("pad_token", settings.PadToken);
        AddIfGiven("chat_template", settings.ChatTemplate);
        return configuration;

        void AddIfGiven(string name, string? value)
        {
            if (value is not null)
            {
                configuration[name] = value;
            }
        }
    }
}
