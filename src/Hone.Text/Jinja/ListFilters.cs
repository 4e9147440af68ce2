using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>Filters that walk their value.</summary>
static class ListFilters
{
    public static Dictionary<string, Func<object?, Arguments, object?>> All { get; } = new()
    {
        ["length"] = (value, _) => Length(value),
        ["count"] = (value, _) => Length(value),
        ["list"] = (value, _) => Copy(value),
        ["first"] = (value, _) => Kinds.Items(value) is [var first, ..] ? first : new Undefined("'first' of nothing"),
        ["last"] = (value, _) => (value is Generated ? throw new TemplateFault("a generator has no last item") : Kinds.Items(value)) is [.., var last] ? last : new Undefined("'last' of nothing"),
        ["join"] = Join,
        ["reverse"] = (value, _) => value is string text
            ? BoundedText.Join("", PythonText.Characters(text).AsEnumerable().Reverse())
            : new Generated([.. Kinds.Items(value).Reverse()]),
        ["items"] = (value, _) => value switch
        {
            Undefined => new Generated([]),
            PythonDictionary dictionary => new Generated(dictionary.List("items")),
            _ => throw new TemplateFault($"items needs a dictionary, not a {Kinds.Of(value)}"),
        },
        ["select"] = (value, arguments) => Select(value, arguments, byAttribute: false, wanted: true),
        ["reject"] = (value, arguments) => Select(value, arguments, byAttribute: false, wanted: false),
        ["selectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, wanted: true),
        ["rejectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, wanted: false),
        ["map"] = Map,
        ["sort"] = Sort,
        ["dictsort"] = DictionarySort,
        ["unique"] = Unique,
        ["min"] = (value, arguments) => Extreme(value, arguments, "min", sign: -1),
        ["max"] = (value, arguments) => Extreme(value, arguments, "max", sign: 1),
        ["sum"] = Sum,
        ["batch"] = Batch,
        ["slice"] = Slices,
        ["groupby"] = GroupBy,
        // A rendering can be repeated, so the choice is always the same one.
        ["random"] = (value, _) => Kinds.Items(value) is [var first, ..] ? first : new Undefined("'random' of nothing"),
    };

    static BigInteger Length(object? value) => Kinds.Count(value) is { } count
        ? count
        : throw new TemplateFault($"a {Kinds.Of(value)} has no length");

    static List<object?> Copy(object? value)
    {
        var items = Kinds.Items(value);
        Budget.Items(items.Count);
        return [.. items];
    }

    static string Join(object? value, Arguments arguments)
    {
        string separator = Printing.Show(arguments.Take("d", ""));
        var read = Reader(arguments.Take("attribute", null));
        return BoundedText.Join(separator, Kinds.Items(value).Select(item => Printing.Show(read(item))));
    }

    static Generated Select(object? value, Arguments arguments, bool byAttribute, bool wanted)
    {
        Func<object?, object?> read = byAttribute ? Reader(arguments.Require("selectattr", "attribute")) : item => item;
        string? test = arguments.TryTake("test", out object? name) ? Printing.Show(name) : null;
        var rest = arguments.Rest();
        return new([.. Kinds.Items(value).Where(item => Holds(read(item)) == wanted)]);

        bool Holds(object? item) => test is null
            ? Kinds.IsTrue(item)
            : Tests.Holds(test, item, new(rest.Positional, rest.Named));
    }

    static Generated Map(object? value, Arguments arguments)
    {
        value ??= new PythonTuple([]);
        if (arguments.TryTakeNamed("attribute", out object? attribute))
        {
            bool hasDefault = arguments.TryTakeNamed("default", out object? absent);
            var read = Reader(attribute);
            return new([.. Kinds.Items(value).Select(item => read(item) is var found && found is Undefined && hasDefault ? absent : found)]);
        }

        string filter = arguments.RequireText("map", "filter");
        var rest = arguments.Rest();
        return new([.. Kinds.Items(value).Select(item => Filters.Apply(filter, item, new(rest.Positional, rest.Named)))]);
    }

    // An attribute may be a path: "function.name", "0.role".
    static Func<object?, object?> Reader(object? attribute)
    {
        if (attribute is null)
        {
            return item => item;
        }

        object?[] path = [.. Printing.Show(attribute).Split('.').Select(part =>
            BigInteger.TryParse(part, out var index) ? (object?)index : part)];
        return item => path.Aggregate(item, Members.Item);
    }

    static Func<object?, object?> Key(object? attribute, bool caseSensitive)
    {
        var read = Reader(attribute);
        return item => read(item) is var value && value is string text && !caseSensitive ? PythonText.Lower(text) : value;
    }

    static List<object?> Sort(object? value, Arguments arguments)
    {
        bool reverse = Kinds.IsTrue(arguments.Take("reverse", false));
        bool caseSensitive = Kinds.IsTrue(arguments.Take("case_sensitive", false));
        object? attribute = arguments.Take("attribute", null);
        Func<object?, object?>[] keys = attribute is string several
            ? [.. several.Split(',').Select(one => Key(one, caseSensitive))]
            : [Key(attribute, caseSensitive)];
        return Comparison.Sorted(Kinds.Items(value), item => new PythonTuple([.. keys.Select(key => key(item))]), reverse);
    }

    static List<object?> DictionarySort(object? value, Arguments arguments)
    {
        bool caseSensitive = Kinds.IsTrue(arguments.Take("case_sensitive", false));
        string by = Printing.Show(arguments.Take("by", "key"));
        bool reverse = Kinds.IsTrue(arguments.Take("reverse", false));
        if (value is not PythonDictionary dictionary || by is not ("key" or "value"))
        {
            throw new TemplateFault("dictsort needs a dictionary, and 'key' or 'value' to sort by");
        }

        return Comparison.Sorted(dictionary.List("items"), Key(by == "key" ? BigInteger.Zero : BigInteger.One, caseSensitive), reverse);
    }

    static Generated Unique(object? value, Arguments arguments)
    {
        bool caseSensitive = Kinds.IsTrue(arguments.Take("case_sensitive", false));
        var key = Key(arguments.Take("attribute", null), caseSensitive);
        var seen = new PythonDictionary();
        List<object?> unique = [];
        foreach (object? item in Kinds.Items(value))
        {
            object? itemKey = key(item);
            if (!seen.TryGet(itemKey, out _))
            {
                seen[itemKey] = true;
                unique.Add(item);
            }
        }

        return new(unique);
    }

    static object? Extreme(object? value, Arguments arguments, string name, int sign)
    {
        bool caseSensitive = Kinds.IsTrue(arguments.Take("case_sensitive", false));
        var key = Key(arguments.Take("attribute", null), caseSensitive);
        var items = Kinds.Items(value);
        object? best = items.Count > 0 ? items[0] : new Undefined($"'{name}' of nothing");
        foreach (object? item in items.Skip(1))
        {
            best = sign * Comparison.Order(key(item), key(best)) > 0 ? item : best;
        }

        return best;
    }

    static object? Sum(object? value, Arguments arguments)
    {
        var read = Reader(arguments.Take("attribute", null));
        object? start = arguments.Take("start", BigInteger.Zero);
        return Kinds.Items(value).Aggregate(start, (sum, item) => Operators.Apply("+", sum, read(item)));
    }

    static Generated Batch(object? value, Arguments arguments)
    {
        int size = Math.Max(1, Numbers.AsInt(arguments.Require("batch", "linecount")));
        bool fills = arguments.TryTake("fill_with", out object? fill) && fill is not null;
        Budget.Items(fills ? size : 0);
        return new([.. Kinds.Items(value).Chunk(size).Select(chunk =>
            (object?)new List<object?>(fills ? [.. chunk, .. Enumerable.Repeat(fill, size - chunk.Length)] : chunk))]);
    }

    // So many columns, the first ones longer by one where the items do not divide.
    static Generated Slices(object? value, Arguments arguments)
    {
        var items = Kinds.Items(value);
        int count = Numbers.AsInt(arguments.Require("slice", "slices"));
        bool fills = arguments.TryTake("fill_with", out object? fill) && fill is not null;
        if (count is < 1 or > 100_000)
        {
            throw new TemplateFault($"slice makes {count} columns, but needs 1 to 100,000");
        }

        var (size, longer) = Math.DivRem(items.Count, count);
        List<object?> columns = [];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int length = size + (i < longer ? 1 : 0);
            List<object?> column = [.. items.Skip(at).Take(length)];
            at += length;
            if (fills && i >= longer)
            {
                column.Add(fill);
            }

            columns.Add(column);
        }

        return new(columns);
    }

    static List<object?> GroupBy(object? value, Arguments arguments)
    {
        object? attribute = arguments.Require("groupby", "attribute");
        object? absent = arguments.Take("default", null);
        bool caseSensitive = Kinds.IsTrue(arguments.Take("case_sensitive", false));
        var read = Reader(attribute);
        Func<object?, object?> found = item => read(item) is var own && own is Undefined && absent is not null ? absent : own;
        Func<object?, object?> key = item => found(item) is var own && own is string text && !caseSensitive ? PythonText.Lower(text) : own;
        List<(object? Key, List<object?> Items)> groups = [];
        foreach (object? item in Comparison.Sorted(Kinds.Items(value), key, reverse: false))
        {
            if (groups.Count == 0 || !Comparison.AreEqual(groups[^1].Key, key(item)))
            {
                groups.Add((key(item), []));
            }

            groups[^1].Items.Add(item);
        }

        return [.. groups.Select(group => new PythonTuple([found(group.Items[0]), group.Items]) { Names = ["grouper", "list"] })];
    }
}
