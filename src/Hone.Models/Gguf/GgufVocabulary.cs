using System.Text.Json;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>
/// The tokenizer of a model folder in llama.cpp's words: <c>gpt2</c> is byte-level BPE with merges, <c>llama</c> SentencePiece's BPE with
/// scores. Other tokenizers are refused.
/// </summary>
sealed class GgufVocabulary
{
    /// <summary>The only form of a tokenizer that is read; without it a file has none.</summary>
    public const string FileName = "tokenizer.json";

    // Kinds of tokens as llama.cpp numbers them.
    const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    readonly string _path;
    readonly JsonElement _json;
    readonly JsonElement _model;
    readonly string?[] _tokens;
    readonly int[] _kinds;

    GgufVocabulary(string path, JsonElement json, int size)
    {
        (_path, _json) = (path, json);
        _model = Part(json, "model") ?? throw Refuse("the file has no model.");
        _tokens = new string?[size];
        _kinds = new int[size];
        ReadTokens();
    }

    /// <summary>Adds the keys under tokenizer.ggml and the chat template.</summary>
    /// <exception cref="ModelFileException">tokenizer.json is damaged, or llama.cpp has no word for what it does.</exception>
    public static void Add(GgufMetadata metadata, string folder, DecoderConfig config)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            // llama.cpp's word for a model that is asked in token ids.
            metadata.Add("tokenizer.ggml.model", "none");
            return;
        }

        using var json = JsonFile.Read(path);
        var vocabulary = new GgufVocabulary(path, json.RootElement, config.VocabularySize);
        vocabulary.AddModel(metadata);
        new GgufSpecialTokens(folder, config, json.RootElement, vocabulary.IdOf).Add(metadata);
    }

    int? IdOf(string token) => Array.IndexOf(_tokens, token) is >= 0 and var id ? id : null;

    void AddModel(GgufMetadata metadata)
    {
        string type = Text(_model, "type") ?? "BPE";
        if (type != "BPE" || Part(_model, "vocab") is null)
        {
            throw Refuse($"the tokenizer's model is {type}; a GGUF file that Hone writes holds BPE, byte-level or SentencePiece's.");
        }

        var merges = Merges();
        bool isByteLevel = Stages("pre_tokenizer", "pretokenizers").Any(stage => Text(stage, "type") == "ByteLevel");
        string pre = isByteLevel ? GgufPreTokenizer.NameOf(_path, Stages("pre_tokenizer", "pretokenizers"), Flag(_model, "ignore_merges")) : "default";
        metadata.Add("tokenizer.ggml.model", isByteLevel ? "gpt2" : "llama");
        metadata.Add("tokenizer.ggml.pre", pre);
        metadata.Add("tokenizer.ggml.tokens", [.. _tokens.Select((token, id) => token ?? $"[PAD{id}]")]);
        if (isByteLevel)
        {
            metadata.Add("tokenizer.ggml.token_type", _kinds);
            metadata.Add("tokenizer.ggml.merges", [.. merges.Select(merge => $"{merge.Left} {merge.Right}")]);
        }
        else
        {
            RequireSentencePiece();
            metadata.Add("tokenizer.ggml.scores", Scores(merges));
            metadata.Add("tokenizer.ggml.token_type", _kinds);
            metadata.Add("tokenizer.ggml.add_space_prefix", AddsSpace());
        }
    }

    void ReadTokens()
    {
        Array.Fill(_kinds, Unused);
        if (Part(_model, "vocab") is { ValueKind: JsonValueKind.Object } vocabulary)
        {
            string? unknown = Text(_model, "unk_token");
            foreach (var property in vocabulary.EnumerateObject())
            {
                Set(property.Name, property.Value, property.Name == unknown ? Unknown : IsByte(property.Name) ? Byte : Normal);
            }
        }

        if (Part(_json, "added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            foreach (var token in added.EnumerateArray())
            {
                string content = Text(token, "content") ?? throw Refuse("added_tokens has an entry without content.");
                bool isUnknown = content == Text(_model, "unk_token");
                Set(content, Part(token, "id"), isUnknown ? Unknown : Flag(token, "special") ? Control : UserDefined);
            }
        }
    }

    void Set(string token, JsonElement? id, int kind)
    {
        if (id is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out int index) || index < 0 || index >= _tokens.Length)
        {
            throw Refuse($"the token '{token}' has id {id?.GetRawText() ?? "nothing"}, expected 0 to {_tokens.Length - 1}, a row of the embedding.");
        }

        (_tokens[index], _kinds[index]) = (token, kind);
    }

    // A byte-level vocabulary has no byte tokens: there "<0x0A>" would be text.
    bool IsByte(string token) =>
        Flag(_model, "byte_fallback") && token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>';

    (string Left, string Right)[] Merges()
    {
        if (Part(_model, "merges") is not { ValueKind: JsonValueKind.Array } merges)
        {
            throw Refuse("the tokenizer's model has no list of merges.");
        }

        return [.. merges.EnumerateArray().Select(Merge)];
    }

    (string, string) Merge(JsonElement merge)
    {
        string[] parts = merge.ValueKind switch
        {
            JsonValueKind.String => merge.GetString()!.Split(' '),
            JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : "")],
            _ => [],
        };
        return parts is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw Refuse($"a merge is {ConfigKeys.Shown(merge)}, expected two tokens.");
    }

    // Joins with higher scores come first, so the rank of the first merge that makes a token, turned negative, is its score. What no merge
    // makes is never the result of a join.
    float[] Scores((string Left, string Right)[] merges)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int rank = 0; rank < merges.Length; rank++)
        {
            ranks.TryAdd(merges[rank].Left + merges[rank].Right, rank);
        }

        return [.. _tokens.Select((token, id) => _kinds[id] != Normal ? 0f : token is not null && ranks.TryGetValue(token, out int rank) ? -rank : -merges.Length)];
    }

    void RequireSentencePiece()
    {
        if (!Flag(_model, "byte_fallback"))
        {
            throw Refuse("the tokenizer is neither byte-level nor has byte_fallback; llama.cpp has no BPE of that kind.");
        }
    }

    bool AddsSpace() =>
        Stages("normalizer", "normalizers").Any(stage => Text(stage, "type") == "Prepend")
        || Stages("pre_tokenizer", "pretokenizers").Any(stage => Text(stage, "type") == "Metaspace" && Text(stage, "prepend_scheme") is not "never");

    JsonElement[] Stages(string part, string list) =>
        Part(_json, part) is not { } whole ? []
        : Part(whole, list) is { ValueKind: JsonValueKind.Array } stages ? [.. stages.EnumerateArray()]
        : [whole];

    ModelFileException Refuse(string problem) => new(_path, problem);

    static JsonElement? Part(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string? Text(JsonElement json, string key) => Part(json, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    static bool Flag(JsonElement json, string key) => Part(json, key) is { ValueKind: JsonValueKind.True };
}
