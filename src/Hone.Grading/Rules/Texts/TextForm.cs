using System.Text;

namespace Hone.Grading.Rules.Texts;

/// <summary>Which differences between two texts do not count.</summary>
/// <param name="Case">Upper and lower case.</param>
/// <param name="Whitespace">How much white space stands between words, and any at the ends.</param>
/// <param name="Punctuation">Punctuation marks anywhere, a minus among them: for words, not for numbers.</param>
/// <param name="Nfkc">Unicode's compatibility variants (full-width, ligatures, circled), how accents are written, and
/// characters that show nothing.</param>
public sealed record TextForm(bool Case = false, bool Whitespace = true, bool Punctuation = false, bool Nfkc = true)
{
    /// <summary>Reads the keys <c>ignoreCase</c>, <c>ignoreWhitespace</c>, <c>ignorePunctuation</c> and <c>nfkc</c>.</summary>
    internal static TextForm Read(GraderForm form) => new(
        form.Flag("ignoreCase"), form.Flag("ignoreWhitespace", otherwise: true), form.Flag("ignorePunctuation"), form.Flag("nfkc", otherwise: true));

    /// <summary>The same text for all texts that differ only in what does not count.</summary>
    public string Of(string text)
    {
        string form = Nfkc ? CleanText.Folded(text) : text;
        form = Punctuation ? WithoutPunctuation(form) : form;
        form = Case ? CleanText.WithoutCase(form) : form;
        return Whitespace ? CleanText.SingleSpaced(form) : form;
    }

    static string WithoutPunctuation(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsPunctuation(c))
            {
                kept.Append(c);
            }
        }

        return kept.ToString();
    }
}
