using System.Numerics;

namespace Hone.Text.Jinja;

// A template's values are: null (none), bool, BigInteger, double, string, List<object?>, and the types of this file.

/// <summary>A name, key or index that does not exist. Prints as nothing and is false; anything more is a fault.</summary>
/// <param name="problem">What does not exist, as a sentence.</param>
sealed class Undefined(string problem)
{
    public TemplateFault Fault() => new(problem);
}

sealed class PythonTuple(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;

    /// <summary>Names of the items, where they have some.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}

/// <summary>What map, select and their like give: it can be walked, but has no length and no index.</summary>
sealed class Generated(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;
}

/// <summary>keys(), values() or items() of a dictionary.</summary>
sealed class DictionaryView(string kind, IReadOnlyList<object?> items)
{
    public string Kind { get; } = kind;

    public IReadOnlyList<object?> Items { get; } = items;
}

sealed class PythonRange(BigInteger start, BigInteger stop, BigInteger step)
{
    // As the sandbox that chat templates are rendered in has it.
    const int MostItems = 100_000;

    public string Shown { get; } = step.IsOne ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})";

    public IReadOnlyList<object?> Items { get; } = List(start, stop, step);

    /// <summary>Every stride-th item from one index up to another, in range's own form.</summary>
    public PythonRange Slice(long from, long to, long stride) => new(start + from * step, start + to * step, step * stride);

    static List<object?> List(BigInteger start, BigInteger stop, BigInteger step)
    {
        if (step.IsZero)
        {
            throw new TemplateFault("range() has a step of 0");
        }

        List<object?> items = [];
        for (var i = start; step.Sign > 0 ? i < stop : i > stop; i += step)
        {
            if (items.Count == MostItems)
            {
                throw new TemplateFault($"range() has more than {MostItems} items");
            }

            items.Add(i);
        }

        Budget.Items(items.Count);

        return items;
    }
}

/// <summary>Keys in the order in which they came. 1, 1.0 and true are the same key, as in Python.</summary>
sealed class PythonDictionary
{
    readonly OrderedDictionary<object, object?> _entries = new(new Keys());

    // A dictionary cannot hold null as a key.
    static readonly object _none = new();

    public int Count => _entries.Count;

    public IEnumerable<KeyValuePair<object?, object?>> Entries =>
        _entries.Select(entry => new KeyValuePair<object?, object?>(entry.Key == _none ? null : entry.Key, entry.Value));

    public object? this[object? key]
    {
        set => _entries[Hashable(key)] = value;
    }

    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(Hashable(key), out value);

    static object Hashable(object? key) => key switch
    {
        null => _none,
        List<object?> or PythonDictionary => throw new TemplateFault($"a {Kinds.Of(key)} cannot be a key"),
        _ => key,
    };

    public IReadOnlyList<object?> List(string kind) => kind switch
    {
        "keys" => [.. Entries.Select(entry => entry.Key)],
        "values" => [.. Entries.Select(entry => entry.Value)],
        _ => [.. Entries.Select(entry => new PythonTuple([entry.Key, entry.Value]))],
    };

    sealed class Keys : IEqualityComparer<object>
    {
        // Keys of one hash are compared one by one, and a template can make thousands of them.
        bool IEqualityComparer<object>.Equals(object? x, object? y)
        {
            Budget.Step();
            return ReferenceEquals(x, y) || x != _none && y != _none && Comparison.AreEqual(x, y);
        }

        int IEqualityComparer<object>.GetHashCode(object key) => key switch
        {
            bool or BigInteger or double => Numbers.AsDouble(key).GetHashCode(),
            PythonTuple tuple => tuple.Items.Aggregate(tuple.Items.Count, (hash, item) =>
                HashCode.Combine(hash, item is string or BigInteger or double or bool ? ((IEqualityComparer<object>)this).GetHashCode(item) : 0)),
            _ => key.GetHashCode(),
        };
    }
}

/// <summary>namespace(): the one thing that a template may assign into.</summary>
sealed class Namespace
{
    readonly Dictionary<string, object?> _attributes = new(StringComparer.Ordinal);

    public void Set(string name, object? value) => _attributes[name] = name.StartsWith('_')
        ? throw new TemplateFault($"a namespace cannot hold '{name}': names that start with '_' are refused")
        : value;

    public bool TryGet(string name, out object? value) => _attributes.TryGetValue(name, out value);

    public string Shown
    {
        get
        {
            var attributes = new PythonDictionary();
            foreach (var (name, value) in _attributes)
            {
                attributes[name] = value;
            }

            return $"<Namespace {Printing.Represent(attributes)}>";
        }
    }
}

/// <summary>Anything that can be called: a global, a method bound to its object, a macro.</summary>
sealed class Function(string name, Func<Arguments, object?> call)
{
    public string Name { get; } = name;

    public IReadOnlyDictionary<string, object?>? Attributes { get; init; }

    public object? Call(Arguments arguments) => call(arguments);
}

/// <summary>text.encode(): shown as Python shows bytes.</summary>
sealed class PythonBytes(byte[] content)
{
    public byte[] Content { get; } = content;
}
