using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>The methods of dictionaries, lists and tuples that leave them as they are.</summary>
static class CollectionMethods
{
    public static Function? Find(PythonDictionary dictionary, string name) => name switch
    {
        "keys" or "values" or "items" => new(name, arguments =>
        {
            arguments.Finish(name);
            return new DictionaryView(name, dictionary.List(name));
        }),
        "get" => new(name, arguments =>
        {
            object? key = arguments.Require("get", "key"), absent = arguments.Take("default", null);
            arguments.Finish("get");
            return dictionary.TryGet(key, out object? value) ? value : absent;
        }),
        "copy" => new(name, _ => Copy(dictionary)),
        "fromkeys" => new(name, FromKeys),
        _ => null,
    };

    /// <summary>dict.fromkeys(keys, value).</summary>
    public static PythonDictionary FromKeys(Arguments arguments)
    {
        var keys = Kinds.Items(arguments.Require("fromkeys", "iterable"));
        object? value = arguments.Take("value", null);
        arguments.Finish("fromkeys");
        var dictionary = new PythonDictionary();
        foreach (object? key in keys)
        {
            dictionary[key] = value;
        }

        return dictionary;
    }

    static PythonDictionary Copy(PythonDictionary dictionary)
    {
        Budget.Items(dictionary.Count);
        var copy = new PythonDictionary();
        foreach (var (key, value) in dictionary.Entries)
        {
            copy[key] = value;
        }

        return copy;
    }

    public static Function? Find(object sequence, string name) => name switch
    {
        "index" => new(name, arguments => IndexOf(Kinds.Items(sequence), arguments.Require("index", "value"))),
        "count" => new(name, arguments => Count(Kinds.Items(sequence), arguments.Require("count", "value"))),
        "copy" when sequence is List<object?> list => new(name, _ => new List<object?>(list)),
        _ => null,
    };

    static BigInteger IndexOf(IReadOnlyList<object?> items, object? wanted)
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (Comparison.AreEqual(items[i], wanted))
            {
                return i;
            }
        }

        throw new TemplateFault($"index() does not find {Printing.Represent(wanted)} in the list");
    }

    static BigInteger Count(IReadOnlyList<object?> items, object? wanted) =>
        items.Count(item => Comparison.AreEqual(item, wanted));
}
