using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Grading.Json.Schema;

/// <summary>An ECMAScript pattern, as JSON Schema writes them, that matches anywhere in a text.</summary>
/// <remarks>
/// <para>Translated where .NET reads the same signs otherwise: <c>\d \w \s</c> and their opposites are ASCII's and ECMAScript's sets, <c>$</c> is the
/// very end, <c>.</c> is one code point, <c>\u{…}</c> is a code point. <c>\p{…}</c> takes general categories, no scripts.</para>
/// <para>Linear time where .NET can; else, with look-around or back-references, <see cref="TimeLimit"/> for one text.</para>
/// </remarks>
sealed class SchemaPattern
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    const string Space = @"\t\n\v\f\r\u00A0\uFEFF\u2028\u2029\p{Zs}";
    const string AnyCharacter = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n\r\u2028\u2029])";

    readonly Regex _regex;

    SchemaPattern(Regex regex, string written) => (_regex, Written) = (regex, written);

    public string Written { get; }

    /// <returns>Null where it is not a pattern.</returns>
    public static SchemaPattern? Read(string pattern, out string problem)
    {
        problem = "";
        try
        {
            return new(Compile(Translate(pattern)), pattern);
        }
        catch (ArgumentException e)
        {
            problem = e.Message.TrimEnd('.');
            return null;
        }
    }

    /// <exception cref="RegexMatchTimeoutException">It took longer than <see cref="TimeLimit"/>.</exception>
    public bool Occurs(string text) => _regex.IsMatch(text);

    static Regex Compile(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (NotSupportedException)
        {
            return new(pattern, RegexOptions.CultureInvariant, TimeLimit);
        }
    }

    static string Translate(string pattern)
    {
        var text = new StringBuilder();
        bool inSet = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length:
                    i = Escape(pattern, i + 1, inSet, text);
                    break;
                case '[' when inSet:
                    text.Append(@"\[");
                    break;
                case '[':
                    inSet = true;
                    i = OpenSet(pattern, i, text, ref inSet);
                    break;
                case ']':
                    text.Append(inSet ? "]" : @"\]");
                    inSet = false;
                    break;
                case '$' when !inSet:
                    text.Append(@"\z");
                    break;
                case '.' when !inSet:
                    text.Append(AnyCharacter);
                    break;
                default:
                    text.Append(pattern[i]);
                    break;
            }
        }

        return text.ToString();
    }

    // "[]" matches nothing and "[^]" everything; .NET would read on for the closing bracket.
    static int OpenSet(string pattern, int at, StringBuilder text, ref bool inSet)
    {
        bool negated = at + 1 < pattern.Length && pattern[at + 1] == '^';
        int first = negated ? at + 2 : at + 1;
        if (first < pattern.Length && pattern[first] == ']')
        {
            text.Append(negated ? @"[\s\S]" : @"[^\s\S]");
            inSet = false;
            return first;
        }

        text.Append(negated ? "[^" : "[");
        return first - 1;
    }

    static int Escape(string pattern, int at, bool inSet, StringBuilder text)
    {
        string? set = pattern[at] switch
        {
            'd' => "0-9",
            'w' => "a-zA-Z0-9_",
            's' => Space,
            'D' when inSet => @"\u0000-\u002F\u003A-\uFFFF",
            'W' when inSet => @"\u0000-\u002F\u003A-\u0040\u005B-\u005E\u0060\u007B-\uFFFF",
            'D' => "^0-9",
            'W' => "^a-zA-Z0-9_",
            'S' when !inSet => $"^{Space}",
            _ => null,
        };
        if (set is not null)
        {
            text.Append(inSet ? set : $"[{set}]");
            return at;
        }

        if (pattern[at] == 'u' && at + 1 < pattern.Length && pattern[at + 1] == '{')
        {
            return CodePoint(pattern, at, inSet, text);
        }

        // \Z, \A, \G and \z are anchors of .NET and plain letters of ECMAScript.
        bool isPlain = pattern[at] is 'Z' or 'A' or 'G' or 'z' or 'a' or 'e' or '/' or '-' && !(pattern[at] == '-' && inSet);
        text.Append(isPlain ? Regex.Escape(pattern[at].ToString()) : $@"\{pattern[at]}");
        return at;
    }

    static int CodePoint(string pattern, int at, bool inSet, StringBuilder text)
    {
        int end = pattern.IndexOf('}', at);
        if (end < 0 || !int.TryParse(pattern.AsSpan(at + 2, end - at - 2), System.Globalization.NumberStyles.HexNumber, null, out int code)
            || !Rune.IsValid(code))
        {
            throw new ArgumentException($@"\u{{ at offset {at - 1} is not followed by a code point such as \u{{1F600}}");
        }

        if (code > 0xFFFF && inSet)
        {
            throw new ArgumentException($@"\u{{{code:X}}} stands in a set; write it outside, with |");
        }

        string units = string.Concat(char.ConvertFromUtf32(code).Select(unit => $@"\u{(int)unit:X4}"));
        text.Append(units.Length > 6 ? $"(?:{units})" : units);
        return end;
    }
}
