using System.Text.Json;
using Hone.Text.Patterns;

namespace Hone.Text.Models;

/// <summary>Byte pair encoding of one piece: characters first, then merges, the lowest rank first and leftmost among equals.</summary>
sealed class BytePairModel
{
    readonly Dictionary<string, int> _vocabulary;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    readonly Merges _merges;
    readonly bool _ignoreMerges;
    readonly bool _fuseUnknown;
    readonly int? _unknown;

    BytePairModel(JsonFields fields, Dictionary<string, int> vocabulary)
    {
        _vocabulary = vocabulary;
        _lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = Merges.Read([.. fields.Items("merges")], vocabulary, $"{fields.Path}.merges");
        _ignoreMerges = fields.Flag("ignore_merges");
        _fuseUnknown = fields.Flag("fuse_unk");
        _unknown = fields.FindText("unk_token") is { } token ? Unknown(token) : null;
    }

    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    public static BytePairModel Read(JsonElement element)
    {
        var fields = new JsonFields(element, "model");
        string type = fields.FindText("type") ?? "BPE";
        if (type != "BPE")
        {
            throw new TokenizerException($"model in tokenizer.json is of type '{type}', which is not supported; supported is BPE.");
        }

        RefuseUnsupported(fields);
        var model = new BytePairModel(fields, ReadVocabulary(fields.Require("vocab")));
        fields.RefuseOthers();
        return model;
    }

    static void RefuseUnsupported(JsonFields fields)
    {
        if (fields.Flag("byte_fallback"))
        {
            throw new TokenizerException("model.byte_fallback in tokenizer.json is true (a SentencePiece-style vocabulary), which is not supported.");
        }

        if (fields.Find("dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
        {
            throw new TokenizerException($"model.dropout in tokenizer.json is {dropout.GetRawText()}, but encoding must not be random; set it to null.");
        }

        foreach (string name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (fields.FindText(name) is { Length: > 0 } affix)
            {
                throw new TokenizerException($"model.{name} in tokenizer.json is '{affix}', which is not supported.");
            }
        }
    }

    static Dictionary<string, int> ReadVocabulary(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new TokenizerException("model.vocab in tokenizer.json needs to be an object of tokens and ids.");
        }

        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            vocabulary[property.Name] = TokenId.Read(property.Value, "a value of model.vocab");
        }

        return vocabulary;
    }

    int Unknown(string token) => _vocabulary.TryGetValue(token, out int id)
        ? id
        : throw new TokenizerException($"model.unk_token in tokenizer.json is '{token}', which the vocabulary does not have.");

    /// <summary>Adds the ids of a piece. A character outside the vocabulary becomes the unknown token, or nothing if there is none.</summary>
    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_ignoreMerges && _lookup.TryGetValue(piece, out int whole))
        {
            ids.Add(whole);
            return;
        }

        int[] symbols = new int[piece.Length];
        int count = Symbols(piece, symbols);
        foreach (int id in MergeQueue.Merge(symbols.AsSpan(0, count), _merges))
        {
            ids.Add(id);
        }
    }

    int Symbols(ReadOnlySpan<char> piece, int[] symbols)
    {
        int count = 0;
        bool previousUnknown = false;
        for (int i = 0; i < piece.Length;)
        {
            int length = CodePoints.LengthAt(piece, i);
            bool known = _lookup.TryGetValue(piece.Slice(i, length), out int id);
            if (known)
            {
                symbols[count++] = id;
            }
            else if (_unknown is { } unknown && !(_fuseUnknown && previousUnknown))
            {
                symbols[count++] = unknown;
            }

            previousUnknown = !known;
            i += length;
        }

        return count;
    }
}
