using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>Strings as Python has them: sequences of code points, with Python's whitespace and casing.</summary>
static class PythonText
{
    const string Whitespace =
        "\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

    public static SearchValues<char> WhitespaceCharacters { get; } = SearchValues.Create(Whitespace);

    public static bool IsWhitespace(char c) => WhitespaceCharacters.Contains(c);

    public static int Length(string text)
    {
        int pairs = 0;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                pairs++;
                i++;
            }
        }

        return text.Length - pairs;
    }

    /// <summary>One string per code point; a lone surrogate counts as one.</summary>
    public static List<string> Characters(string text)
    {
        List<string> characters = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            characters.Add(pair ? text.Substring(i++, 2) : text[i].ToString());
        }

        return characters;
    }

    /// <summary>Removes characters of a set from the ends; of Python's whitespace when the set is null.</summary>
    public static string Strip(string text, string? set, bool left, bool right)
    {
        if (set is not null && set.Any(char.IsSurrogate))
        {
            return StripCharacters(text, set, left, right);
        }

        char[] strip = (set ?? Whitespace).ToCharArray();
        if (strip.Length == 0)
        {
            return text;
        }

        text = left ? text.TrimStart(strip) : text;
        return right ? text.TrimEnd(strip) : text;
    }

    static string StripCharacters(string text, string set, bool left, bool right)
    {
        var characters = Characters(text);
        HashSet<string> strip = [.. Characters(set)];
        int start = 0, end = characters.Count;
        while (left && start < end && strip.Contains(characters[start]))
        {
            start++;
        }

        while (right && end > start && strip.Contains(characters[end - 1]))
        {
            end--;
        }

        return string.Concat(characters[start..end]);
    }

    /// <summary>Upper case with the mappings to several characters that chat text may hold (ß, ligatures).</summary>
    public static string Upper(string text) => string.Concat(text.EnumerateRunes().Select(UpperOf));

    static string UpperOf(Rune rune) => rune.Value switch
    {
        0xDF => "SS",
        0x131 => "I",
        0x149 => "\u02BCN",
        0x17F => "S",
        0x1F0 => "J\u030C",
        0xFB00 => "FF",
        0xFB01 => "FI",
        0xFB02 => "FL",
        0xFB03 => "FFI",
        0xFB04 => "FFL",
        0xFB05 or 0xFB06 => "ST",
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };

    /// <summary>Lower case; a capital sigma at the end of a word becomes the final one.</summary>
    public static string Lower(string text)
    {
        const char CapitalSigma = 'Σ', FinalSigma = 'ς';
        var result = new StringBuilder(text.Length);
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bool final = rune.Value == CapitalSigma && EndsWord(text, at);
            result.Append(rune.Value == 0x130 ? "i\u0307" : final ? FinalSigma.ToString() : Rune.ToLowerInvariant(rune).ToString());
            at += rune.Utf16SequenceLength;
        }

        return result.ToString();
    }

    static bool EndsWord(string text, int at) =>
        at > 0 && char.IsLetter(text[at - 1]) && !(at + 1 < text.Length && char.IsLetter(text[at + 1]));

    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);

    /// <summary>The first letter of each word upper, the others lower. A word goes on while the given question holds.</summary>
    public static string Title(string text, Func<char, bool> goesOn)
    {
        var result = new StringBuilder(text.Length);
        bool inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            string one = rune.ToString();
            result.Append(inWord ? Lower(one) : TitleOf(rune));
            inWord = goesOn(one[0]) || char.IsSurrogate(one[0]);
        }

        return result.ToString();
    }

    // The digraphs with a title case of their own, such as U+01C5, are their own title case.
    static string TitleOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter ? rune.ToString() : UpperOf(rune);

    public static string Capitalize(string text)
    {
        int first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : Math.Min(1, text.Length);
        return Upper(text[..first]) + Lower(text[first..]);
    }

    /// <summary>Replaces from the left, at most so many times; all when the number is negative.</summary>
    public static string Replace(string text, string old, string replacement, int most)
    {
        if (old.Length == 0)
        {
            var characters = Characters(text);
            int places = most < 0 ? characters.Count + 1 : Math.Min(most, characters.Count + 1);
            return string.Concat(Enumerable.Range(0, characters.Count + 1).Select(i =>
                (i < places ? replacement : "") + (i < characters.Count ? characters[i] : "")));
        }

        return most < 0 ? text.Replace(old, replacement) : string.Join(replacement, text.Split(old, most + 1));
    }

    // A width that no chat needs would only fill the memory.
    const int MostWidth = 1 << 20;

    public static string Pad(string text, int width, string fill, bool left, bool right)
    {
        int missing = Math.Min(width, MostWidth) - Length(text);
        if (missing <= 0)
        {
            return text;
        }

        // str.center puts the odd blank to the left when the width is odd, else to the right.
        int before = !left ? 0 : !right ? missing : missing / 2 + (missing & width & 1);
        return string.Concat(Enumerable.Repeat(fill, before)) + text + string.Concat(Enumerable.Repeat(fill, missing - before));
    }
}
