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
        if (element is { } list)
        {
            foreach (var item in JsonFields.AsItems(list, "added_tokens"))
            {
                tokens.Add(AddedToken.Read(new(item, $"added_tokens[{tokens.Count}]")));
            }
        }

        foreach (var token in tokens)
        {
            if (vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw new TokenizerException(
                    $"The added token '{token.Content}' in tokenizer.json has the id {token.Id}, but the vocabulary gives it {id}.");
            }
        }

        return new(tokens, normalizer);
    }
}
