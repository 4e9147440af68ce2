using System.Globalization;
using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>Filters that lay text out or prepare it for HTML: chat templates hardly use them, other templates do.</summary>
static class TextFilters
{
    public static Dictionary<string, Func<object?, Arguments, object?>> All { get; } = new()
    {
        ["truncate"] = Truncate,
        ["wordwrap"] = WordWrap,
        ["filesizeformat"] = FileSize,
        ["pprint"] = (value, _) => Printing.Represent(value),
        ["forceescape"] = (value, _) => Escaping.Safe(Escaping.Escape(Printing.Show(value))),
        ["escape"] = (value, _) => Escaping.SafeEscape(value),
        ["e"] = (value, _) => Escaping.SafeEscape(value),
        ["safe"] = (value, _) => Escaping.Safe(Printing.Show(value)),
        ["striptags"] = StripTags,
        ["urlencode"] = UrlEncode,
        ["xmlattr"] = XmlAttributes,
        ["wordcount"] = (value, _) => (BigInteger)Words(Printing.Show(value)),
        ["indent"] = Indent,
        ["center"] = (value, arguments) => PythonText.Pad(
            Printing.Show(value), Numbers.AsInt(arguments.Take("width", (BigInteger)80)), " ", left: true, right: true),
    };

    static string Truncate(object? value, Arguments arguments)
    {
        string text = Printing.Show(value);
        int length = Numbers.AsInt(arguments.Take("length", (BigInteger)255));
        bool cutsWords = Kinds.IsTrue(arguments.Take("killwords", false));
        string end = Printing.Show(arguments.Take("end", "..."));
        int leeway = Numbers.AsInt(arguments.Take("leeway", (BigInteger)5) ?? (BigInteger)5);
        var characters = PythonText.Characters(text);
        int room = length - PythonText.Length(end);
        if (room < 0)
        {
            throw new TemplateFault($"truncate cuts to {length} characters, which has no room for '{end}'");
        }

        if (characters.Count <= (long)length + leeway)
        {
            return text;
        }

        string cut = string.Concat(characters.Take(room));
        int space = cut.LastIndexOf(' ');
        return (cutsWords || space < 0 ? cut : cut[..space]) + end;
    }

    static string WordWrap(object? value, Arguments arguments)
    {
        int width = Numbers.AsInt(arguments.Take("width", (BigInteger)79));
        bool breaks = Kinds.IsTrue(arguments.Take("break_long_words", true));
        string newline = Printing.Show(arguments.Take("wrapstring", null) ?? "\n");
        bool hyphens = Kinds.IsTrue(arguments.Take("break_on_hyphens", true));
        if (width <= 0)
        {
            throw new TemplateFault($"wordwrap breaks at {width} characters, but needs 1 or more");
        }

        string[] lines = Printing.Show(value).Split('\n');
        return BoundedText.Join(newline, lines.Select(line => BoundedText.Join(newline, Wrapped(line, width, breaks, hyphens))));
    }

    static List<string> Wrapped(string line, int width, bool breaks, bool hyphens)
    {
        List<string> lines = [];
        string current = "";
        foreach (string chunk in Chunks(line, hyphens))
        {
            Budget.Step();
            string rest = chunk;
            Budget.Text(current.Length + rest.Length);
            bool tooLong = breaks && rest.Length > width && current.Length < width;
            if (!tooLong && current.Length + rest.Length > width && current.Trim().Length > 0)
            {
                lines.Add(current.TrimEnd());
                current = "";
            }

            if (rest.Trim().Length == 0 && current.Length == 0 && lines.Count > 0)
            {
                continue;
            }

            while (breaks && current.Length + rest.Length > width)
            {
                Budget.Text(rest.Length);
                int fits = width - current.Length;
                lines.Add(current + rest[..fits]);
                (current, rest) = ("", rest[fits..]);
            }

            current += rest;
        }

        if (current.TrimEnd().Length > 0)
        {
            lines.Add(current.TrimEnd());
        }

        return lines;
    }

    // Words, the blanks between them, and with hyphens the parts of a word that end in one.
    static IEnumerable<string> Chunks(string line, bool hyphens)
    {
        int start = 0;
        for (int i = 1; i <= line.Length; i++)
        {
            bool edge = i == line.Length || PythonText.IsWhitespace(line[i]) != PythonText.IsWhitespace(line[i - 1]);
            bool hyphen = hyphens && i < line.Length && line[i - 1] == '-' && char.IsLetter(line[i]) && i - 2 >= start && char.IsLetter(line[i - 2]);
            if (edge || hyphen)
            {
                yield return line[start..i];
                start = i;
            }
        }
    }

    static string FileSize(object? value, Arguments arguments)
    {
        bool binary = Kinds.IsTrue(arguments.Take("binary", false));
        double bytes = value is string text
            ? NumberText.Float(text) ?? throw new TemplateFault("filesizeformat needs a number")
            : Numbers.AsDouble(value);
        if (!double.IsFinite(bytes))
        {
            throw new TemplateFault("filesizeformat needs a number that is finite");
        }

        int unit = binary ? 1024 : 1000;
        if (bytes == 1)
        {
            return "1 Byte";
        }

        if (bytes < unit)
        {
            return $"{(BigInteger)bytes} Bytes";
        }

        int power = 1;
        while (power < 8 && bytes >= Math.Pow(unit, power + 1))
        {
            power++;
        }

        string prefix = binary ? $"{"KMGTPEZY"[power - 1]}i" : $"{"kMGTPEZY"[power - 1]}";
        return $"{(bytes / Math.Pow(unit, power)).ToString("F1", CultureInfo.InvariantCulture)} {prefix}B";
    }

    static string StripTags(object? value, Arguments arguments)
    {
        string text = Printing.Show(value);
        var kept = new StringBuilder();
        int at = 0, lastTag = text.LastIndexOf('>'), lastComment = text.LastIndexOf("-->", StringComparison.Ordinal);
        while (at < text.Length)
        {
            if (text[at] == '<')
            {
                Budget.Step();
            }

            bool comment = string.CompareOrdinal(text, at, "<!--", 0, 4) == 0;
            int end = comment && at + 4 <= lastComment ? text.IndexOf("-->", at + 4, StringComparison.Ordinal)
                : !comment && text[at] == '<' && at < lastTag ? text.IndexOf('>', at) : -1;
            if (end < 0)
            {
                kept.Append(text[at++]);
            }
            else
            {
                at = end + (comment ? 3 : 1);
            }
        }

        string[] words = kept.ToString().Split(PythonText.WhitespaceList, StringSplitOptions.RemoveEmptyEntries);
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', words));
    }

    static string UrlEncode(object? value, Arguments arguments)
    {
        if (value is string or not (PythonDictionary or List<object?> or PythonTuple or Generated or DictionaryView))
        {
            return Quoted(Printing.Show(value), inQuery: false);
        }

        var pairs = value is PythonDictionary dictionary ? dictionary.List("items") : Kinds.Items(value);
        return BoundedText.Join("&", pairs.Select(pair => Kinds.Items(pair) is [var key, var item]
            ? $"{Quoted(Printing.Show(key), inQuery: true)}={Quoted(Printing.Show(item), inQuery: true)}"
            : throw new TemplateFault("urlencode needs pairs")));
    }

    static string Quoted(string text, bool inQuery)
    {
        var quoted = new BoundedText();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            char c = (char)value;
            bool stays = value < 0x80 && (char.IsAsciiLetterOrDigit(c) || "_.-~".Contains(c) || c == '/' && !inQuery);
            quoted.Append(stays ? c.ToString() : c == ' ' && inQuery ? "+" : $"%{value:X2}");
        }

        return quoted.ToString();
    }

    static string XmlAttributes(object? value, Arguments arguments)
    {
        bool space = Kinds.IsTrue(arguments.Take("autospace", true));
        var dictionary = value as PythonDictionary ?? throw new TemplateFault($"xmlattr needs a dictionary, not a {Kinds.Of(value)}");
        List<string> attributes = [];
        foreach (var (key, item) in dictionary.Entries.Where(entry => entry.Value is not (null or Undefined)))
        {
            string name = Printing.Show(key);
            if (name.Any(c => " \t\n\f\r/>=".Contains(c)))
            {
                throw new TemplateFault($"'{name}' is no name of an attribute");
            }

            attributes.Add($"{Escaping.Escape(name)}=\"{Escaping.Escape(Printing.Show(item))}\"");
        }

        string text = BoundedText.Join(" ", attributes);
        return Escaping.Safe(space && text.Length > 0 ? " " + text : text);
    }

    static int Words(string text)
    {
        int words = 0;
        bool inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            bool letter = Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) || rune.Value == '_';
            words += letter && !inWord ? 1 : 0;
            inWord = letter;
        }

        return words;
    }

    static string Indent(object? value, Arguments arguments)
    {
        object? width = arguments.Take("width", (BigInteger)4);
        string indent = width as string ?? PythonText.Pad("", Math.Max(0, Numbers.AsInt(width)), " ", left: true, right: false);
        bool first = Kinds.IsTrue(arguments.Take("first", false)), blank = Kinds.IsTrue(arguments.Take("blank", false));
        string[] lines = Printing.Show(value).Split('\n');
        return BoundedText.Join("\n", lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? indent + line : line));
    }
}
