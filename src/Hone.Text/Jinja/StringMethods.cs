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
        ["title"] = (text, _) => PythonText.Title(text, c => char.IsLetter(c)),
        ["capitalize"] = (text, _) => PythonText.Capitalize(text),
        ["startswith"] = (text, arguments) => Affix(arguments, "startswith", part => text.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments) => Affix(arguments, "endswith", part => text.EndsWith(part, StringComparison.Ordinal)),
        ["split"] = Split,
        ["rsplit"] = RightSplit,
        ["splitlines"] = SplitLines,
        ["partition"] = (text, arguments) => Partition(text, arguments.RequireText("partition", "sep"), last: false),
        ["rpartition"] = (text, arguments) => Partition(text, arguments.RequireText("rpartition", "sep"), last: true),
        ["replace"] = Replace,
        ["join"] = (text, arguments) => string.Join(text, Kinds.Items(arguments.Require("join", "iterable")).Select(item =>
            item as string ?? throw new TemplateFault($"join() gets a {Kinds.Of(item)} among its strings"))),
        ["find"] = (text, arguments) => Find(text, arguments.RequireText("find", "sub"), last: false),
        ["rfind"] = (text, arguments) => Find(text, arguments.RequireText("rfind", "sub"), last: true),
        ["index"] = (text, arguments) => Find(text, arguments.RequireText("index", "sub"), last: false) is { Sign: >= 0 } index
            ? index
            : throw new TemplateFault("index() does not find its text"),
        ["count"] = (text, arguments) => Count(text, arguments.RequireText("count", "sub")),
        ["removeprefix"] = (text, arguments) => arguments.RequireText("removeprefix", "prefix") is var prefix
            && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["removesuffix"] = (text, arguments) => arguments.RequireText("removesuffix", "suffix") is var suffix
            && suffix.Length > 0 && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["isdigit"] = (text, _) => All(text, Rune.IsDigit),
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
        ["format"] = BraceFormat.Apply,
    };

    /// <summary>The method bound to the text; null if there is none of this name.</summary>
    public static Function? Find(string text, string name) => _methods.TryGetValue(name, out var method)
        ? new(name, arguments => method(text, arguments))
        : null;

    static string Strip(string text, Arguments arguments, bool left, bool right)
    {
        object? characters = arguments.Take("chars", null);
        arguments.Finish("strip");
        return characters is null or string
            ? PythonText.Strip(text, (string?)characters, left, right)
            : throw new TemplateFault($"strip() needs a string of characters, not a {Kinds.Of(characters)}");
    }

    // One text or a tuple of texts.
    static bool Affix(Arguments arguments, string name, Func<string, bool> holds)
    {
        object? parts = arguments.Require(name, "prefix");
        arguments.Finish(name);
        return parts switch
        {
            string part => holds(part),
            PythonTuple tuple => tuple.Items.OfType<string>().Any(holds),
            _ => throw new TemplateFault($"{name}() needs a string or a tuple of strings, not a {Kinds.Of(parts)}"),
        };
    }

    static List<object?> Split(string text, Arguments arguments)
    {
        var (separator, most) = SplitArguments(arguments, "split");
        if (separator is not null)
        {
            return [.. text.Split(separator, most < 0 ? int.MaxValue : most + 1)];
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

            words.Add(text[start..at]);
        }
    }

    static List<object?> RightSplit(string text, Arguments arguments)
    {
        var (separator, most) = SplitArguments(arguments, "rsplit");
        List<object?> parts = [];
        while (most < 0 || parts.Count < most)
        {
            if (separator is null)
            {
                text = PythonText.Strip(text, null, left: false, right: true);
            }

            int at = separator is null ? LastWhitespace(text) : text.LastIndexOf(separator, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            parts.Insert(0, text[(at + (separator?.Length ?? 1))..]);
            text = text[..at];
        }

        text = separator is null ? PythonText.Strip(text, null, left: parts.Count == 0 || most < 0, right: true) : text;
        if (separator is not null || text.Length > 0)
        {
            parts.Insert(0, text);
        }

        return parts;
    }

    static int LastWhitespace(string text)
    {
        int at = text.Length - 1;
        while (at >= 0 && !PythonText.IsWhitespace(text[at]))
        {
            at--;
        }

        return at;
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

    static BigInteger Find(string text, string part, bool last)
    {
        int at = last ? text.LastIndexOf(part, StringComparison.Ordinal) : text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? at : PythonText.Length(text[..at]);
    }

    static BigInteger Count(string text, string part)
    {
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
        string fill = (string?)arguments.Take("fillchar", " ") ?? " ";
        return PythonText.Pad(text, width, fill, left, right);
    }

    static string ZeroFill(string text, int width)
    {
        string sign = text.StartsWith('-') || text.StartsWith('+') ? text[..1] : "";
        return sign + PythonText.Pad(text[sign.Length..], width - sign.Length, "0", left: true, right: false);
    }
}
