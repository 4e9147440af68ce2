using System.Globalization;
using System.Text;
using Hone.Text.Normalizers;

namespace Hone.Grading.Rules.Texts;

/// <summary>Text as a reader sees it.</summary>
static class CleanText
{
    /// <summary>Without characters that show nothing: zero-width ones, marks of direction, soft hyphens, tags, byte order marks.
    /// Half a surrogate pair becomes U+FFFD.</summary>
    public static string Visible(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00AC') < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsInvisible(rune))
            {
                kept.Append(rune);
            }
        }

        return kept.ToString();
    }

    /// <summary>Visible characters in Unicode's form NFKC: full-width, circled and mathematical letters and digits as plain ones.</summary>
    public static string Folded(string text) => NormalForms.Nfkc(Visible(text));

    /// <summary>Without the difference of upper and lower case, the two small sigmas included.</summary>
    public static string WithoutCase(string text) => text.ToUpperInvariant().ToLowerInvariant();

    /// <summary>Runs of white space as one space, none at the ends.</summary>
    public static string SingleSpaced(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                kept.Append(c);
            }
            else if (kept.Length > 0 && kept[^1] != ' ')
            {
                kept.Append(' ');
            }
        }

        return kept.Length > 0 && kept[^1] == ' ' ? kept.ToString(0, kept.Length - 1) : kept.ToString();
    }

    static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or 0x115F or 0x1160 or 0x3164 or 0x034F;
}
