using Hone.Text;

namespace Hone.Training.Judging;

/// <summary>Spells the marks of a chat format out where they stand inside a message, so that nobody speaks in another's place.</summary>
public sealed class SpelledMarks(Tokenizer tokenizer)
{
    readonly string[] _marks = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsSpecial)
        .Select(id => tokenizer.TokenOf(id)).OfType<string>().Where(token => token.Length > 1)];

    public string In(string text) => _marks.Aggregate(text, (sum, mark) => sum.Replace(mark, $"{mark[0]} {mark[1..]}", StringComparison.Ordinal));
}
