namespace Hone.Grading.Rules.Texts;

/// <summary>Words and phrases looked for in a text. <c>cat</c> is in <c>the Cat's hat</c>, not in <c>catch</c>, where whole words count.</summary>
public sealed record PhraseSearch(bool WholeWords = true, bool MatchCase = false)
{
    /// <summary>Reads the keys <c>wholeWords</c> and <c>matchCase</c>.</summary>
    internal static PhraseSearch Read(GraderForm form) => new(form.Flag("wholeWords", otherwise: true), form.Flag("matchCase"));

    /// <summary>The phrases that occur.</summary>
    /// <remarks>Compared as a reader sees them: Unicode's variants of one character are the same, characters that show nothing are not
    /// there, and any white space is a space.</remarks>
    public IReadOnlyList<string> Found(IEnumerable<string> phrases, string text)
    {
        string seen = Seen(text);
        return [.. phrases.Where(phrase => Occurs(Seen(phrase), seen))];
    }

    static string Seen(string text) => CleanText.SingleSpaced(CleanText.Folded(text));

    bool Occurs(string phrase, string text)
    {
        var how = MatchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        for (int at = phrase.Length == 0 ? -1 : text.IndexOf(phrase, how); at >= 0; at = text.IndexOf(phrase, at + 1, how))
        {
            if (!WholeWords || (IsEdge(text, at) && IsEdge(text, at + phrase.Length)))
            {
                return true;
            }
        }

        return false;
    }

    // Two letters or digits with nothing between them belong to one word.
    static bool IsEdge(string text, int at) =>
        at == 0 || at == text.Length || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at]);
}
