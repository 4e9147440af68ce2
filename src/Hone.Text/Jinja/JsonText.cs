using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>tojson: what Python's json.dumps writes, non-ASCII as it is unless asked otherwise.</summary>
sealed class JsonText
{
    readonly BoundedText _text = new();
    readonly bool _ascii;
    readonly string? _indent;
    readonly string _itemSeparator;
    readonly string _keySeparator;
    readonly bool _sortKeys;

    JsonText(Arguments arguments)
    {
        _ascii = Kinds.IsTrue(arguments.Take("ensure_ascii", false));
        _indent = arguments.Take("indent", null) switch
        {
            null => null,
            string text => text,
            { } width => new string(' ', Math.Clamp(Numbers.AsInt(width), 0, 100)),
        };
        object? separators = arguments.Take("separators", null);
        (_itemSeparator, _keySeparator) = separators is null
            ? (_indent is null ? ", " : ",", ": ")
            : Kinds.Items(separators) is [string item, string key]
                ? (item, key)
                : throw new TemplateFault("tojson needs two strings as separators");
        _sortKeys = Kinds.IsTrue(arguments.Take("sort_keys", false));
        arguments.Finish("tojson");
    }

    public static string Write(object? value, Arguments arguments)
    {
        var json = new JsonText(arguments);
        json.Add(value, depth: 0);
        return json._text.ToString();
    }

    void Add(object? value, int depth)
    {
        Budget.Step();
        switch (value)
        {
            case null: _text.Append("null"); break;
            case bool flag: _text.Append(flag ? "true" : "false"); break;
            case BigInteger whole: _text.Append(WholeText.Of(whole)); break;
            case double number: _text.Append(Number(number)); break;
            case string text: AddString(text); break;
            case List<object?> list: AddItems('[', list, ']', depth, item => Add(item, depth + 1)); break;
            case PythonTuple tuple: AddItems('[', tuple.Items, ']', depth, item => Add(item, depth + 1)); break;
            case PythonDictionary dictionary: AddItems('{', Entries(dictionary), '}', depth, entry => AddEntry(entry, depth + 1)); break;
            default: throw new TemplateFault($"a {Kinds.Of(value)} cannot be written as JSON");
        }
    }

    void AddItems<T>(char open, IReadOnlyList<T> items, char close, int depth, Action<T> add)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i > 0 ? _itemSeparator : "");
            BreakLine(depth + 1);
            add(items[i]);
        }

        if (items.Count > 0)
        {
            BreakLine(depth);
        }

        _text.Append(close);
    }

    void BreakLine(int depth)
    {
        if (_indent is not null)
        {
            _text.Append('\n');
            for (int i = 0; i < depth; i++)
            {
                _text.Append(_indent);
            }
        }
    }

    List<KeyValuePair<object?, object?>> Entries(PythonDictionary dictionary)
    {
        var entries = dictionary.Entries.ToList();
        if (_sortKeys)
        {
            entries = Comparison.Sorted(entries, entry => entry.Key, reverse: false);
        }

        return entries;
    }

    void AddEntry(KeyValuePair<object?, object?> entry, int depth)
    {
        AddString(entry.Key switch
        {
            string text => text,
            null => "null",
            bool flag => flag ? "true" : "false",
            double number => Number(number),
            BigInteger whole => whole.ToString(),
            _ => throw new TemplateFault($"a {Kinds.Of(entry.Key)} cannot be a key in JSON"),
        });
        _text.Append(_keySeparator);
        Add(entry.Value, depth);
    }

    static string Number(double number) =>
        double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity" : Numbers.Show(number);

    void AddString(string text)
    {
        _text.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                case < ' ':
                case > '~' when _ascii: _text.Append($"\\u{(int)c:x4}"); break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }
}
