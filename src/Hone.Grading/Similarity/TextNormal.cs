using System.Globalization;
using System.Text;

namespace Hone.Grading.Similarity;

/// <summary>A text without what a reader does not see as a difference: case, runs of white space, invisible characters (zero-width, direction
/// marks), and quotes, full stops, commas and the like at its ends.</summary>
static class TextNormal
{
    static readonly char[] _ends = [' ', '.', ',', ';', ':', '!', '?', '"', '\'', '`', '“', '”', '‘', '’', '«', '»', '。', '、', '，'];

    public static string Of(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                kept.Append(kept.Length > 0 && kept[^1] != ' ' ? " " : "");
            }
            else if (char.GetUnicodeCategory(c) != UnicodeCategory.Format)
            {
                kept.Append(char.ToLowerInvariant(c));
            }
        }

        return kept.ToString().Trim(_ends);
    }
}
