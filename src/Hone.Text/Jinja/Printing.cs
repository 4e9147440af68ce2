using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>Values as text: Python's str, and inside lists and dictionaries its repr.</summary>
static class Printing
{
    public static string Show(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Represent(value),
    };

    public static string Represent(object? value)
    {
        var text = new BoundedText();
        Write(text, value);
        return text.ToString();
    }

    static void Write(BoundedText text, object? value)
    {
        Budget.Step();
        switch (value)
        {
            case List<object?> list: WriteItems(text, "[", list, "]"); break;
            case PythonTuple tuple: WriteItems(text, "(", tuple.Items, tuple.Items.Count == 1 ? ",)" : ")"); break;
            case DictionaryView view: WriteItems(text, $"dict_{view.Kind}([", view.Items, "])"); break;
            case PythonDictionary dictionary: WriteEntries(text, dictionary); break;
            default: text.Append(Single(value)); break;
        }
    }

    static void WriteItems(BoundedText text, string open, IReadOnlyList<object?> items, string close)
    {
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Write(text, items[i]);
        }

        text.Append(close);
    }

    static void WriteEntries(BoundedText text, PythonDictionary dictionary)
    {
        text.Append('{');
        bool first = true;
        foreach (var (key, value) in dictionary.Entries)
        {
            text.Append(first ? "" : ", ");
            Write(text, key);
            text.Append(": ");
            Write(text, value);
            first = false;
        }

        text.Append('}');
    }

    static string Single(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        BigInteger whole => WholeText.Of(whole),
        double number => Numbers.Show(number),
        string text => Quote(text),
        Undefined => "Undefined",
        PythonRange range => range.Shown,
        PythonBytes bytes => BytesText.Of(bytes.Content),
        Function function => $"<function {function.Name}>",
        Namespace space => space.Shown,
        BlockNames => "<TemplateReference None>",
        Loop loop => loop.Shown,
        _ => "<generator>",
    };

    static string Quote(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new BoundedText().Append(quote);
        foreach (string character in PythonText.Characters(text))
        {
            int value = character.Length == 2 ? char.ConvertToUtf32(character, 0) : character[0];
            result.Append(value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ when value == quote => "\\" + quote,
                _ when Rune.TryCreate(value, out var rune) && PythonText.IsPrintable(rune) => character,
                < 0x100 => $"\\x{value:x2}",
                < 0x10000 => $"\\u{value:x4}",
                _ => $"\\U{value:x8}",
            });
        }

        return result.Append(quote).ToString();
    }
}

/// <summary>b'…' as Python shows it.</summary>
static class BytesText
{
    public static string Of(byte[] content)
    {
        char quote = content.Contains((byte)'\'') && !content.Contains((byte)'"') ? '"' : '\'';
        var text = new BoundedText().Append('b').Append(quote);
        foreach (byte value in content)
        {
            text.Append(value switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                _ when value == quote => "\\" + quote,
                >= 0x20 and < 0x7F => ((char)value).ToString(),
                _ => $"\\x{value:x2}",
            });
        }

        return text.Append(quote).ToString();
    }
}
