using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>The methods of a string.</summary>
static class StringMethods
{
    static readonly Dictionary<string, Func<string, Arguments, object?>> _methods = new(StringComparer.Ordinal)
    {
        ["strip"] = (text, arguments) => Strip(text, arguments, left: true, right: true),
        ["lstrip"] = (text, arguments) => Strip(text, arguments, left: true, right: false),
        ["rstrip"] = (text, arguments) => Strip(text, arguments, left: false, right: true),
        ["upper"] = (text, _) => PythonText.Upper(text),
        ["lower"] = (text, _) => PythonText.Lower(text),
        // A letter whose upper case is several letters folds to the lower case of those.
        ["casefold"] = (text, _) => BoundedText.Join("", text.EnumerateRunes().Select(rune => SpecialCasing.Upper(rune) is { Length: > 1 } several && rune.IsBmp
            ? PythonText.Lower(several) : PythonText.Lower(rune.ToString()).Replace('ς', 'σ'))),
        ["swapcase"] = (text, _) => BoundedText.Join("", PythonText.Characters(text).Select(one => PythonText.Upper(one) == one ? PythonText.Lower(one) : PythonText.Upper(one))),
        ["title"] = (text, _) => PythonText.Title(text, SpecialCasing.Title, char.IsLetter),
        ["capitalize"] = (text, _) => PythonText.Capitalize(text),
        ["startswith"] = (text, arguments) => Affix(text, arguments, "startswith", (whole, part) => whole.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments) => Affix(text, arguments, "endswith", (whole, part) => whole.EndsWith(part, StringComparison.Ordinal)),
        ["split"] = Split,
        ["rsplit"] = RightSplit,
        ["splitlines"] = SplitLines,
        ["partition"] = (text, arguments) => Partition(text, arguments.RequireText("partition", "sep"), last: false),
        ["rpartition"] = (text, arguments) => Partition(text, arguments.RequireText("rpartition", "sep"), last: true),
        ["replace"] = Replace,
        ["join"] = (text, arguments) => BoundedText.Join(text, Kinds.Items(arguments.Require("join", "iterable")).Select(item =>
            item as string ?? throw new TemplateFault($"join() gets a {Kinds.Of(item)} among its strings"))),
        ["find"] = (text, arguments) => Find(text, arguments, "find", last: false),
        ["rfind"] = (text, arguments) => Find(text, arguments, "rfind", last: true),
        ["index"] = (text, arguments) => Found(Find(text, arguments, "index", last: false)),
        ["rindex"] = (text, arguments) => Found(Find(text, arguments, "rindex", last: true)),
        ["count"] = (text, arguments) =>
        {
            string part = arguments.RequireText("count", "sub");
            return Count(Within(text, arguments).Part, part);
        },
        ["removeprefix"] = (text, arguments) => arguments.RequireText("removeprefix", "prefix") is var prefix
            && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["removesuffix"] = (text, arguments) => arguments.RequireText("removesuffix", "suffix") is var suffix
            && suffix.Length > 0 && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["isdecimal"] = (text, _) => All(text, Rune.IsDigit),
        ["isdigit"] = (text, _) => All(text, rune => Rune.IsDigit(rune) || Superscripts.Contains(rune.ToString())),
        ["isascii"] = (text, _) => System.Text.Ascii.IsValid(text),
        ["isprintable"] = (text, _) => text.EnumerateRunes().All(PythonText.IsPrintable),
        ["isidentifier"] = (text, _) => All(text, rune => Rune.IsLetterOrDigit(rune) || rune.Value == '_') && !char.IsDigit(text[0]),
        ["istitle"] = (text, _) => PythonText.Title(text, SpecialCasing.Title, char.IsLetter) == text && PythonText.Lower(text) != PythonText.Upper(text),
        ["isnumeric"] = (text, _) => All(text, Rune.IsNumber),
        ["isalpha"] = (text, _) => All(text, Rune.IsLetter),
        ["isalnum"] = (text, _) => All(text, rune => Rune.IsLetter(rune) || Rune.IsNumber(rune)),
        ["isspace"] = (text, _) => text.Length > 0 && text.All(PythonText.IsWhitespace),
        ["isupper"] = (text, _) => PythonText.Upper(text) == text && PythonText.Lower(text) != text,
        ["islower"] = (text, _) => PythonText.Lower(text) == text && PythonText.Upper(text) != text,
        ["ljust"] = (text, arguments) => Pad(text, arguments, left: false, right: true),
        ["rjust"] = (text, arguments) => Pad(text, arguments, left: true, right: false),
        ["center"] = (text, arguments) => Pad(text, arguments, left: true, right: true),
        ["zfill"] = (text, arguments) => ZeroFill(text, Numbers.AsInt(arguments.Require("zfill", "width"))),
        ["expandtabs"] = (text, arguments) => ExpandTabs(text, Numbers.AsInt(arguments.Take("tabsize", (BigInteger)8))),
        ["encode"] = Encode,
        ["format_map"] = (text, arguments) => BraceFormat.Apply(text, new([], Names(arguments.Require("format_map", "mapping")))),
    };

    // Digits that are no decimal ones.
    const string Superscripts = "²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉";

    /// <summary>The method bound to the text; null if there is none of this name.</summary>
    public static Function? Find(string text, string name)
    {
        if (name == "format")
        {
            return new(name, arguments => BraceFormat.Apply(text, arguments));
        }

        return !_methods.TryGetValue(name, out var method) ? null : new(name, arguments =>
        {
            object? value = method(text, arguments);
            arguments.Finish(name);
            Budget.Made(value);
            return value;
        });
    }

    static Dictionary<string, object?> Names(object? mapping) =>
        (mapping as PythonDictionary ?? throw new TemplateFault("format_map() needs a dictionary")).Entries
            .Where(entry => entry.Key is string).ToDictionary(entry => (string)entry.Key!, entry => entry.Value);

    static string ExpandTabs(string text, int size)
    {
        var result = new BoundedText();
        int column = 0;
        foreach (char c in text)
        {
            int blanks = c != '\t' || size <= 0 ? 0 : size - column % size;
            result.Append(c == '\t' ? PythonText.Pad("", blanks, " ", left: true, right: false) : c.ToString());
            column = c is '\n' or '\r' ? 0 : column + (c == '\t' ? blanks : 1);
        }

        return result.ToString();
    }

    static PythonBytes Encode(string text, Arguments arguments)
    {
        string encoding = Printing.Show(arguments.Take("encoding", "utf-8")).ToLowerInvariant().Replace('_', '-');
        arguments.Take("errors", null);
        return encoding is "utf-8" or "utf8" || encoding == "ascii" && Ascii.IsValid(text)
            ? new(Encoding.UTF8.GetBytes(text))
            : throw new TemplateFault($"encode() knows utf-8, not '{encoding}'");
    }

    static string Strip(string text, Arguments arguments, bool left, bool right)
    {
        object? characters = arguments.Take("chars", null);
        arguments.Finish("strip");
        return characters is null or string
            ? PythonText.Strip(text, (string?)characters, left, right)
            : throw new TemplateFault($"strip() needs a string of characters, not a {Kinds.Of(characters)}");
    }

    // One text or a tuple of texts, at the edge of the text or of a part of it.
    static bool Affix(string text, Arguments arguments, string name, Func<string, string, bool> holds)
    {
        object? parts = arguments.Require(name, "prefix");
        var (part, _, within) = Within(text, arguments);
        return parts switch
        {
            string one => within && holds(part, one),
            PythonTuple tuple when tuple.Items.All(item => item is string) => within && tuple.Items.Any(one => holds(part, (string)one!)),
            _ => throw new TemplateFault($"{name}() needs a string or a tuple of strings, not a {Kinds.Of(parts)}"),
        };
    }

    // The part of a text that the arguments start and end name, where it begins, and whether it begins in the text at all.
    static (string Part, int Start, bool Within) Within(string text, Arguments arguments)
    {
        object? start = arguments.Take("start", null), end = arguments.Take("end", null);
        if (start is null && end is null)
        {
            return (text, 0, true);
        }

        int length = PythonText.Length(text);
        int from = start is null ? 0 : Numbers.AsInt(start), to = end is null ? length : Numbers.AsInt(end);
        from = from < 0 ? Math.Max(0, from + length) : from;
        to = to < 0 ? Math.Max(0, to + length) : Math.Min(to, length);
        return from > length || from > to
            ? ("", from, false)
            : ((string)Members.Slice(text, (BigInteger)from, (BigInteger)to, null)!, from, true);
    }

    static List<object?> Split(string text, Arguments arguments)
    {
        var (separator, most) = SplitArguments(arguments, "split");
        if (separator is not null)
        {
            return SplitAt(text, separator, most);
        }

        List<object?> words = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && PythonText.IsWhitespace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words;
            }

            if (words.Count == most)
            {
                words.Add(PythonText.Strip(text[at..], null, left: false, right: true));
                return words;
            }

            int start = at;
            while (at < text.Length && !PythonText.IsWhitespace(text[at]))
            {
                at++;
            }

            Budget.Items(1);
            words.Add(text[start..at]);
        }
    }

    static List<object?> SplitAt(string text, string separator, int most)
    {
        Budget.Search(text.Length, separator.Length);
        List<object?> parts = [];
        int at = 0;
        for (int next = text.IndexOf(separator, StringComparison.Ordinal); next >= 0 && parts.Count != most; next = text.IndexOf(separator, at, StringComparison.Ordinal))
        {
            Budget.Items(1);
            parts.Add(text[at..next]);
            at = next + separator.Length;
        }

        parts.Add(text[at..]);
        return parts;
    }

    static List<object?> RightSplit(string text, Arguments arguments)
    {
        var (separator, most) = SplitArguments(arguments, "rsplit");
        Budget.Search(text.Length, separator?.Length ?? 1);
        List<object?> parts = [];
        var left = text.AsSpan();
        while (most < 0 || parts.Count < most)
        {
            if (separator is null)
            {
                left = left.TrimEnd(PythonText.WhitespaceList);
            }

            int at = separator is null ? left.LastIndexOfAny(PythonText.WhitespaceCharacters) : left.LastIndexOf(separator, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            Budget.Items(1);
            parts.Add(left[(at + (separator?.Length ?? 1))..].ToString());
            left = left[..at];
        }

        string rest = separator is null ? PythonText.Strip(left.ToString(), null, left: parts.Count == 0 || most < 0, right: true) : left.ToString();
        if (separator is not null || rest.Length > 0)
        {
            parts.Add(rest);
        }

        parts.Reverse();
        return parts;
    }

    static (string? Separator, int Most) SplitArguments(Arguments arguments, string name)
    {
        object? separator = arguments.Take("sep", null);
        int most = Numbers.AsInt(arguments.Take("maxsplit", BigInteger.MinusOne));
        arguments.Finish(name);
        return separator is null or string { Length: > 0 }
            ? ((string?)separator, most)
            : throw new TemplateFault($"{name}() needs a separator that is not empty");
    }

    static List<object?> SplitLines(string text, Arguments arguments)
    {
        bool keep = Kinds.IsTrue(arguments.Take("keepends", false));
        List<object?> lines = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!"\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029".Contains(text[i]))
            {
                continue;
            }

            int end = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            Budget.Items(1);
            lines.Add(text[start..(keep ? end : i)]);
            start = end;
            i = end - 1;
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    static PythonTuple Partition(string text, string separator, bool last)
    {
        Budget.Search(text.Length, separator.Length);
        int at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new([text[..at], separator, text[(at + separator.Length)..]])
            : last ? new(["", "", text])
            : new([text, "", ""]);
    }

    static string Replace(string text, Arguments arguments)
    {
        string old = arguments.RequireText("replace", "old"), replacement = arguments.RequireText("replace", "new");
        int most = Numbers.AsInt(arguments.Take("count", BigInteger.MinusOne));
        arguments.Finish("replace");
        return PythonText.Replace(text, old, replacement, most);
    }

    static BigInteger Find(string text, Arguments arguments, string name, bool last)
    {
        string sought = arguments.RequireText(name, "sub");
        var (part, start, within) = Within(text, arguments);
        Budget.Search(part.Length, sought.Length);
        int at = last ? part.LastIndexOf(sought, StringComparison.Ordinal) : part.IndexOf(sought, StringComparison.Ordinal);
        return at < 0 || !within ? -1 : start + PythonText.Length(part[..at]);
    }

    static BigInteger Found(BigInteger index) => index.Sign >= 0 ? index : throw new TemplateFault("index() does not find its text");

    static BigInteger Count(string text, string part)
    {
        Budget.Search(text.Length, part.Length);
        if (part.Length == 0)
        {
            return PythonText.Length(text) + 1;
        }

        int count = 0;
        for (int at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    static bool All(string text, Func<Rune, bool> holds) => text.Length > 0 && text.EnumerateRunes().All(holds);

    static string Pad(string text, Arguments arguments, bool left, bool right)
    {
        int width = Numbers.AsInt(arguments.Require("ljust", "width"));
        string fill = arguments.Take("fillchar", " ") as string ?? throw new TemplateFault("a text is filled up with one character");
        if (PythonText.Length(fill) != 1)
        {
            throw new TemplateFault("a text is filled up with one character");
        }

        return PythonText.Pad(text, width, fill, left, right);
    }

    static string ZeroFill(string text, int width)
    {
        string sign = text.StartsWith('-') || text.StartsWith('+') ? text[..1] : "";
        return sign + PythonText.Pad(text[sign.Length..], width - sign.Length, "0", left: true, right: false);
    }
}
