using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>Strings as Python has them: sequences of code points, with Python's whitespace and casing.</summary>
static class PythonText
{
    const string Whitespace =
        "\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

    const int MostCharacters = 1 << 22;

    static readonly string[] _ascii = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    public static SearchValues<char> WhitespaceCharacters { get; } = SearchValues.Create(Whitespace);

    public static char[] WhitespaceList { get; } = Whitespace.ToCharArray();

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
        if (text.Length > MostCharacters)
        {
            throw new TemplateFault($"a text of more than {MostCharacters} characters is taken apart");
        }

        List<string> characters = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            characters.Add(pair ? text.Substring(i++, 2) : text[i] < _ascii.Length ? _ascii[text[i]] : text[i].ToString());
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

        char[] strip = set?.ToCharArray() ?? WhitespaceList;
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

    /// <summary>Upper case; some letters become several (ß, ligatures).</summary>
    public static string Upper(string text) => System.Text.Ascii.IsValid(text)
        ? Made(text.ToUpperInvariant())
        : BoundedText.Join("", text.EnumerateRunes().Select(SpecialCasing.Upper));

    static string Made(string text)
    {
        Budget.Text(text.Length);
        return text;
    }

    /// <summary>Lower case; a capital sigma at the end of a word becomes the final one.</summary>
    public static string Lower(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return Made(text.ToLowerInvariant());
        }

        const char CapitalSigma = 'Σ', FinalSigma = 'ς';
        var result = new StringBuilder(text.Length);
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bool final = rune.Value == CapitalSigma && EndsWord(text, at);
            result.Append(rune.Value == 0x130 ? "i\u0307" : final ? FinalSigma.ToString() : Rune.ToLowerInvariant(rune).ToString());
            at += rune.Utf16SequenceLength;
        }

        return Made(result.ToString());
    }

    static bool EndsWord(string text, int at) =>
        at > 0 && char.IsLetter(text[at - 1]) && !(at + 1 < text.Length && char.IsLetter(text[at + 1]));

    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);

    /// <summary>The first letter of each word upper, the others lower. A word goes on while the given question holds.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="first">The case of a word's first letter.</param>
    /// <param name="goesOn">Whether the word goes on after this character.</param>
    public static string Title(string text, Func<Rune, string> first, Func<char, bool> goesOn)
    {
        var result = new StringBuilder(text.Length);
        bool inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            string one = rune.ToString();
            result.Append(inWord ? Lower(one) : first(rune));
            inWord = goesOn(one[0]) || char.IsSurrogate(one[0]);
        }

        return Made(result.ToString());
    }

    public static string Capitalize(string text)
    {
        int first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : Math.Min(1, text.Length);
        return string.Concat(text[..first].EnumerateRunes().Select(SpecialCasing.Title)) + Lower(text[first..]);
    }

    /// <summary>Replaces from the left, at most so many times; all when the number is negative.</summary>
    public static string Replace(string text, string old, string replacement, int most)
    {
        Budget.Search(text.Length, old.Length);
        var result = new BoundedText();
        int at = 0;
        for (int done = 0; done != most; done++)
        {
            int next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : done == 0 ? 0 : NextCharacter(text, at);
            if (next < 0 || next > text.Length)
            {
                break;
            }

            result.Append(text.AsSpan(at, next - at)).Append(replacement);
            at = next + old.Length;
        }

        return result.Append(text.AsSpan(at)).ToString();
    }

    static int NextCharacter(string text, int at) =>
        at + (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1);

    // A width that no chat needs would only fill the memory.
    const int MostWidth = 1 << 20;

    public static string Pad(string text, int width, string fill, bool left, bool right)
    {
        int missing = (width <= MostWidth ? width : throw new TemplateFault($"a text is to be {width} characters wide")) - Length(text);
        if (missing <= 0)
        {
            return text;
        }

        // str.center puts the odd blank to the left when the width is odd, else to the right.
        int before = !left ? 0 : !right ? missing : missing / 2 + (missing & width & 1);
        return string.Concat(Enumerable.Repeat(fill, before)) + text + string.Concat(Enumerable.Repeat(fill, missing - before));
    }
}
