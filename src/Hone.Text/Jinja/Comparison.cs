namespace Hone.Text.Jinja;

/// <summary>Equality, order and membership of values, as Python has them.</summary>
static class Comparison
{
    public static bool AreEqual(object? left, object? right)
    {
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return Numbers.TryWhole(left, out var a) && Numbers.TryWhole(right, out var b)
                ? a == b
                : Numbers.AsDouble(left) == Numbers.AsDouble(right);
        }

        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (string a, string b) => a == b,
            (List<object?> a, List<object?> b) => SameItems(a, b),
            (PythonTuple a, PythonTuple b) => SameItems(a.Items, b.Items),
            (PythonRange a, PythonRange b) => SameItems(a.Items, b.Items),
            (DictionaryView { Kind: not "values" } a, DictionaryView { Kind: not "values" } b) =>
                a.Items.Count == b.Items.Count && a.Items.All(item => b.Items.Any(other => AreEqualItems(item, other))),
            (PythonBytes a, PythonBytes b) => a.Content.AsSpan().SequenceEqual(b.Content),
            (PythonDictionary a, PythonDictionary b) => a.Count == b.Count
                && a.Entries.All(entry => b.TryGet(entry.Key, out object? other) && AreEqualItems(entry.Value, other)),
            _ => left is not null && ReferenceEquals(left, right),
        };
    }

    static bool SameItems(IReadOnlyList<object?> left, IReadOnlyList<object?> right) =>
        left.Count == right.Count && Enumerable.Range(0, left.Count).All(i => AreEqualItems(left[i], right[i]));

    static bool AreEqualItems(object? left, object? right)
    {
        Budget.Step();
        return AreEqual(left, right);
    }

    /// <summary>Below 0, 0 or above 0; a fault for values that have no order among them.</summary>
    public static int Order(object? left, object? right)
    {
        Budget.Step();
        if ((left as Undefined ?? right as Undefined) is { } undefined)
        {
            throw undefined.Fault();
        }

        if (Numbers.TryWhole(left, out var a) && Numbers.TryWhole(right, out var b))
        {
            return a.CompareTo(b);
        }

        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return Numbers.AsDouble(left).CompareTo(Numbers.AsDouble(right));
        }

        return (left, right) switch
        {
            (string x, string y) => OrderText(x, y),
            (List<object?> x, List<object?> y) => OrderItems(x, y),
            (PythonTuple x, PythonTuple y) => OrderItems(x.Items, y.Items),
            _ => throw new TemplateFault($"a {Kinds.Of(left)} and a {Kinds.Of(right)} cannot be put in order"),
        };
    }

    // By code point: UTF-16 units would put characters above U+FFFF before U+E000.
    static int OrderText(string left, string right)
    {
        var (a, b) = (left.EnumerateRunes(), right.EnumerateRunes());
        while (true)
        {
            bool more = a.MoveNext(), moreRight = b.MoveNext();
            if (!more || !moreRight)
            {
                return more.CompareTo(moreRight);
            }

            int order = a.Current.CompareTo(b.Current);
            if (order != 0)
            {
                return order;
            }
        }
    }

    static int OrderItems(IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!AreEqualItems(left[i], right[i]))
            {
                return Order(left[i], right[i]);
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    /// <summary>Stable in both directions, as Python's sort is.</summary>
    public static List<T> Sorted<T>(IEnumerable<T> items, Func<T, object?> key, bool reverse)
    {
        var order = Comparer<object?>.Create(Order);
        try
        {
            return [.. reverse ? items.OrderByDescending(key, order) : items.OrderBy(key, order)];
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is TemplateFault fault)
        {
            throw new TemplateFault(fault.Message);
        }
    }

    static bool Holds(string text, string part)
    {
        Budget.Search(text.Length, part.Length);
        return text.Contains(part, StringComparison.Ordinal);
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item switch
        {
            string part => Holds(text, part),
            Undefined undefined => throw undefined.Fault(),
            _ => throw new TemplateFault($"'in' looks for a {Kinds.Of(item)} in a string"),
        },
        PythonDictionary dictionary => dictionary.TryGet(item, out _),
        _ => Kinds.Items(container).Any(member => AreEqualItems(member, item)),
    };

    public static bool Holds(string sign, object? left, object? right) => sign switch
    {
        "==" => AreEqual(left, right),
        "!=" => !AreEqual(left, right),
        "in" => Contains(right, left),
        "not in" => !Contains(right, left),
        _ when left is double.NaN || right is double.NaN => false,
        "<" => Order(left, right) < 0,
        "<=" => Order(left, right) <= 0,
        ">" => Order(left, right) > 0,
        _ => Order(left, right) >= 0,
    };
}
