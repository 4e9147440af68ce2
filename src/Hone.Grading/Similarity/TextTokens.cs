using System.Globalization;
using System.Text;

namespace Hone.Grading.Similarity;

/// <summary>Texts as lists of tokens.</summary>
/// <remarks>Invisible characters (zero-width, direction marks) are left out first. Letters of scripts that put no spaces between words
/// (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are a token each. Of a text longer than <see cref="LongestText"/> characters the beginning
/// is read.</remarks>
static class TextTokens
{
    public const int LongestText = 50_000;

    /// <summary>Runs of letters, digits and marks, in lower case. All else parts words. On ASCII texts these are the tokens of Google's
    /// rouge-score.</summary>
    public static string[] Words(string text) => [.. Split(text, joinsMarks: false).Where(token => token.IsWord).Select(token => token.Text.ToLowerInvariant())];

    /// <summary>Words as they are written, and each punctuation mark or symbol by itself. An apostrophe, hyphen or low line between letters or
    /// digits, and a full stop or comma between digits, stay in their word.</summary>
    public static string[] WordsAndMarks(string text) => [.. Split(text, joinsMarks: true).Select(token => token.Text)];

    static IEnumerable<(string Text, bool IsWord)> Split(string text, bool joinsMarks)
    {
        Rune[] runes =
        [
            .. (text.Length > LongestText ? text[..LongestText] : text).EnumerateRunes()
                .Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format),
        ];
        var word = new StringBuilder();
        for (int i = 0; i < runes.Length; i++)
        {
            bool isAlone = IsUnspaced(runes[i]);
            if ((IsOfWord(runes[i]) && !isAlone) || (joinsMarks && word.Length > 0 && Joins(runes, i)))
            {
                word.Append(runes[i].ToString());
                continue;
            }

            if (word.Length > 0)
            {
                yield return (word.ToString(), true);
                word.Clear();
            }

            if (!Rune.IsWhiteSpace(runes[i]))
            {
                yield return (runes[i].ToString(), isAlone);
            }
        }

        if (word.Length > 0)
        {
            yield return (word.ToString(), true);
        }
    }

    static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    static bool Joins(Rune[] runes, int i)
    {
        if (i + 1 >= runes.Length)
        {
            return false;
        }

        var (before, after) = (runes[i - 1], runes[i + 1]);
        return runes[i].Value switch
        {
            '\'' or '’' or '-' or '_' => IsOfWord(before) && IsOfWord(after),
            '.' or ',' => Rune.IsDigit(before) && Rune.IsDigit(after),
            _ => false,
        };
    }

    static bool IsUnspaced(Rune rune) => rune.Value is (>= 0x2E80 and <= 0x2FDF) or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F)
        or (>= 0x1780 and <= 0x17FF);
}
