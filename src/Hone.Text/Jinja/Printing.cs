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

    public static string Represent(object? value) => Represent(value, depth: 0);

    static string Represent(object? value, int depth) => value switch
    {
        _ when depth > 100 => throw new TemplateFault("a value is nested more than 100 deep"),
        null => "None",
        true => "True",
        false => "False",
        BigInteger whole => whole.ToString(),
        double number => Numbers.Show(number),
        string text => Quote(text),
        Undefined => "Undefined",
        List<object?> list => $"[{Join(list, depth)}]",
        PythonTuple { Items: [var only] } => $"({Represent(only, depth + 1)},)",
        PythonTuple tuple => $"({Join(tuple.Items, depth)})",
        PythonDictionary dictionary => $"{{{string.Join(", ", dictionary.Entries.Select(entry =>
            $"{Represent(entry.Key, depth + 1)}: {Represent(entry.Value, depth + 1)}"))}}}",
        DictionaryView view => $"dict_{view.Kind}([{Join(view.Items, depth)}])",
        PythonRange range => range.Shown,
        Function function => $"<function {function.Name}>",
        Namespace => "<Namespace>",
        Loop => "<LoopContext>",
        _ => "<generator>",
    };

    static string Join(IReadOnlyList<object?> items, int depth) => string.Join(", ", items.Select(item => Represent(item, depth + 1)));

    static string Quote(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
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
