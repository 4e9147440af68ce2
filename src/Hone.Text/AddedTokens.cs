using System.Text.Json;
using Hone.Text.Normalizers;

namespace Hone.Text;

/// <summary>All added tokens: those found in the text as it stands, and those found after normalizing.</summary>
sealed class AddedTokens
{
    AddedTokens(IReadOnlyList<AddedToken> all, Normalizer? normalizer)
    {
        All = all;
        InRawText = new(all.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        InNormalizedText = new(all.Where(token => token.Normalized)
            .Select(token => (normalizer?.Apply(token.Content) ?? token.Content, token)));
    }

    public IReadOnlyList<AddedToken> All { get; }

    public AddedTokenCutter InRawText { get; }

    public AddedTokenCutter InNormalizedText { get; }

    public static AddedTokens Read(JsonElement? element, Normalizer? normalizer, IReadOnlyDictionary<string, int> vocabulary)
    {
        List<AddedToken> tokens = [];
        var problems = new ProblemList();
        int index = 0;
        foreach (var item in element is { } list ? JsonFields.AsItems(list, "added_tokens") : [])
        {
            string path = $"added_tokens[{index++}]";
            if (problems.Try(() => AddedToken.Read(new(item, path))) is { } token)
            {
                tokens.Add(token);
            }
        }

        foreach (string problem in Contradictions(tokens, vocabulary))
        {
            problems.Add(problem);
        }

        problems.Throw();
        return new(tokens, normalizer);
    }

    public static AddedTokens Of(IReadOnlyList<AddedToken> tokens, Normalizer? normalizer, IReadOnlyDictionary<string, int> vocabulary)
    {
        string[] problems = [.. Contradictions(tokens, vocabulary)];
        return problems.Length == 0 ? new(tokens, normalizer) : throw new TokenizerException(problems);
    }

    static IEnumerable<string> Contradictions(IEnumerable<AddedToken> tokens, IReadOnlyDictionary<string, int> vocabulary)
    {
        foreach (var token in tokens)
        {
            if (vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                yield return $"The added token '{token.Content}' has the id {token.Id}, but the vocabulary gives it {id}.";
            }
        }
    }
}
