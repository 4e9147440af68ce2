using System.Text.Json;
using Hone.Text.Patterns;
using Hone.Text.PreTokenizers;

namespace Hone.Text.Training;

/// <summary>The distinct pieces of all texts, in the byte alphabet, with the number of times that each occurs.</summary>
static class TrainingWords
{
    public static Dictionary<string, long> Count(
        IEnumerable<string> texts, IReadOnlyList<string> specialTokens, JsonElement preTokenizer)
    {
        var splitter = PreTokenizer.Read(preTokenizer, "pre_tokenizer")!;
        var cutter = new AddedTokenCutter(specialTokens.Select(token => (token, new AddedToken(0, token))));
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        var pieces = new CollectingSink();
        foreach (string raw in texts)
        {
            string text = CodePoints.WellFormed(raw);
            pieces.Pieces.Clear();
            foreach (var part in cutter.Cut(text).Where(part => part.Token is null))
            {
                splitter.Split(text.AsMemory(part.Start, part.End - part.Start), part.Start == 0, pieces);
            }

            foreach (string word in pieces.Pieces)
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return counts;
    }
}
