using System.Globalization;
using System.Text;

namespace Hone.Grading.Rules.Texts;

/// <summary>The words of a text: runs of letters, digits and marks, with the apostrophes inside them. Of scripts written without
/// spaces each character is a word.</summary>
static class WordCut
{
    public static IEnumerable<string> Of(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            bool alone = IsUnspaced(rune);
            if (!alone && (IsPart(rune) || (word.Length > 0 && rune.Value is '\'' or '’')))
            {
                word.Append(rune);
                continue;
            }

            if (word.Length > 0)
            {
                yield return Flush(word);
            }

            if (alone)
            {
                yield return rune.ToString();
            }
        }

        if (word.Length > 0)
        {
            yield return Flush(word);
        }
    }

    static string Flush(StringBuilder word)
    {
        string text = word.ToString().TrimEnd('\'', '’');
        word.Clear();
        return text;
    }

    static bool IsPart(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Chinese, Japanese, Thai, Lao, Burmese and Khmer.
    static bool IsUnspaced(Rune rune) => rune.Value
        is >= 0x3040 and <= 0x30FF or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF
        or >= 0x0E01 and <= 0x0E30 or >= 0x0E81 and <= 0x0EB0 or >= 0x1000 and <= 0x102A or >= 0x1780 and <= 0x17B3;
}
