using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules.Numbers;

/// <summary>A text in which every way to write a number is one of a few: ASCII digits, <c>-</c>, <c>/</c>, <c>×</c>, <c>^</c>.</summary>
static class NumberText
{
    static readonly (Regex Pattern, string Plain)[] _latex =
    [
        (New(@"\\[dtc]?frac\s*\{\s*(-?\s*[0-9][0-9,. ]*)\}\s*\{\s*([0-9][0-9,. ]*)\}"), " $1/$2 "),
        (New(@"\\[dtc]?frac\s*([0-9])\s*([0-9])"), " $1/$2 "),
        (New(@"\{,\}|,\\!"), ","),
        (New(@"\\[,;:! ]|\\quad\b|\\left\b|\\right\b|\\displaystyle\b"), "_"),
        (New(@"\\(?:times|cdot)\b"), "×"),
        (New(@"\\([%$#&€£])"), "$1"),
        (New(@"\\(?:text|mathrm|textbf|mathbf|mbox)\s*\{"), "{"),
    ];

    public static string Plain(string text)
    {
        text = Characters(text);
        foreach (var (pattern, plain) in text.Contains('\\') || text.Contains("{,}") ? _latex : [])
        {
            text = pattern.Replace(text, plain);
        }

        return text;
    }

    /// <summary>Variants of one character as one. Powers and fractions before the normal form, which would make 10² 102 and 2½ 21/2.</summary>
    public static string Characters(string text)
    {
        var marked = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            marked.Append(c switch
            {
                '\u00A0' or '\u202F' or '\u2009' or '\u2007' => "_",
                _ when Superscript(c) is { } raised => marked.Length > 0 && marked[^1] is '\u0001' ? $"{raised}\u0001" : $"^{raised}\u0001",
                _ when CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.OtherNumber && CleanText.Folded(c.ToString()).Contains('⁄') => $" {c}",
                _ => c.ToString(),
            });
        }

        string folded = CleanText.Folded(marked.Replace("\u0001", "").ToString());
        return string.Create(folded.Length, folded, (plain, from) =>
        {
            for (int i = 0; i < plain.Length; i++)
            {
                plain[i] = One(from[i]);
            }
        });
    }

    static char? Superscript(char c) => c switch
    {
        '²' => '2',
        '³' => '3',
        '¹' => '1',
        '⁰' or >= '⁴' and <= '⁹' => (char)('0' + (c - '⁰')),
        '⁻' => '-',
        _ => null,
    };

    // Digits of every script; the dashes that serve as a minus; the slash of fractions; apostrophes between thousands.
    static char One(char c) => c switch
    {
        '\u2212' or '\uFE63' or >= '\u2010' and <= '\u2013' => '-',
        '\u2044' or '\u2215' => '/',
        '\u2019' => '\'',
        '\u00B7' or '\u22C5' or '\u2217' => '×',
        '\u066B' => '.',
        '\u066C' => ',',
        > '\u007F' when CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit => (char)('0' + digit),
        _ => c,
    };

    static Regex New(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
