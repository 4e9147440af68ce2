using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>Questions that every value answers: what it is called, whether it is true, what it holds.</summary>
static class Kinds
{
    public static string Of(object? value) => value switch
    {
        null => "none",
        bool => "boolean",
        BigInteger => "whole number",
        double => "number",
        string => "string",
        List<object?> => "list",
        PythonTuple => "tuple",
        PythonDictionary => "dictionary",
        Undefined => "undefined value",
        Function => "function",
        Namespace => "namespace",
        PythonRange => "range",
        Generated => "generator",
        _ => "value of this kind",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        BigInteger whole => !whole.IsZero,
        double number => number != 0,
        string text => text.Length > 0,
        _ => Count(value) is not 0,
    };

    /// <summary>The number of items; null for a value that has no length.</summary>
    public static int? Count(object? value) => value switch
    {
        Undefined => 0,
        string text => PythonText.Length(text),
        PythonDictionary dictionary => dictionary.Count,
        _ => Sequence(value)?.Count,
    };

    /// <summary>The items of a value that can be walked; null for one that cannot.</summary>
    public static IReadOnlyList<object?>? Walk(object? value) => value switch
    {
        Undefined => [],
        string text => Counted(PythonText.Characters(text)),
        PythonDictionary dictionary => Counted(dictionary.List("keys")),
        Generated generated => generated.Items,
        _ => Sequence(value),
    };

    static IReadOnlyList<object?> Counted(IReadOnlyList<object?> made)
    {
        Budget.Items(made.Count);
        return made;
    }

    /// <summary>The items of a value that can be walked; a fault for one that cannot.</summary>
    public static IReadOnlyList<object?> Items(object? value) =>
        Walk(value) ?? throw new TemplateFault($"a {Of(value)} has no items to go through");

    static IReadOnlyList<object?>? Sequence(object? value) => value switch
    {
        List<object?> list => list,
        PythonTuple tuple => tuple.Items,
        DictionaryView view => view.Items,
        PythonRange range => range.Items,
        PythonBytes bytes => [.. bytes.Content.Select(one => (object?)(BigInteger)one)],
        _ => null,
    };
}
