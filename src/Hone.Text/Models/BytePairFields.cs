using System.Text.Json;

namespace Hone.Text.Models;

/// <summary>What the field "model" says about byte pair encoding.</summary>
static class BytePairFields
{
    public static BytePairModel Read(JsonFields fields, bool rawBytes)
    {
        var problems = new ProblemList();
        problems.Try(() => RefuseRandom(fields));
        problems.Try(() => RefuseAffix(fields, "continuing_subword_prefix"));
        problems.Try(() => RefuseAffix(fields, "end_of_word_suffix"));
        var vocabulary = problems.Try(() => Vocabulary(fields.Require("vocab"), $"{fields.Path}.vocab"));
        var merges = problems.Try(() => Merges.Read(fields.Items("merges"), vocabulary ?? [], $"{fields.Path}.merges"));
        var settings = problems.Try(() => new BytePairSettings
        {
            Vocabulary = vocabulary ?? [],
            Merges = merges ?? new([]),
            RawBytes = rawBytes,
            IgnoreMerges = fields.Flag("ignore_merges"),
            FuseUnknown = fields.Flag("fuse_unk"),
            ByteFallback = fields.Flag("byte_fallback"),
            Unknown = Unknown(fields, vocabulary ?? []),
        });
        problems.Throw();
        return new(settings!);
    }

    // Ids must repeat, so a vocabulary that encodes at random is not read as one that does not.
    static bool RefuseRandom(JsonFields fields) =>
        fields.Find("dropout") is not { } dropout || JsonFields.AsNumber(dropout, $"{fields.Path}.dropout") == 0
            ? true
            : throw new TokenizerException($"{fields.Path}.dropout is {dropout.GetRawText()}, but encoding must not be random; set it to null.");

    static bool RefuseAffix(JsonFields fields, string name) => fields.FindText(name) is { Length: > 0 } affix
        ? throw new TokenizerException($"{fields.Path}.{name} is '{affix}', which is not supported.")
        : true;

    public static Dictionary<string, int> Vocabulary(JsonElement element, string path)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (var (token, id) in JsonFields.AsMembers(element, path))
        {
            vocabulary[token] = TokenId.Read(id, $"{path}['{token}']");
        }

        return vocabulary;
    }

    static int? Unknown(JsonFields fields, Dictionary<string, int> vocabulary)
    {
        if (fields.FindText("unk_token") is not { } token)
        {
            return null;
        }

        return vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new TokenizerException($"{fields.Path}.unk_token is '{token}', which the vocabulary does not have.");
    }
}
