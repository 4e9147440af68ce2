namespace Hone.Text.Jinja;

/// <summary>x.name, x[key] and x[a:b:c].</summary>
static class Members
{
    // Methods that would change a value: a rendering leaves its input as it is.
    static readonly HashSet<string> _changingLists = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
    static readonly HashSet<string> _changingDictionaries = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary>The attribute or method; else the item of that name; else undefined.</summary>
    public static object? Attribute(object? target, string name)
    {
        if (target is Undefined undefined)
        {
            throw undefined.Fault();
        }

        if (Changes(target, name))
        {
            throw new TemplateFault($"'{name}' would change a {Kinds.Of(target)}, which a template may not do");
        }

        return TryOwn(target, name, out object? own) ? own
            : target is PythonDictionary dictionary && dictionary.TryGet(name, out object? item) ? item
            : Missing(target, name);
    }

    static bool Changes(object? target, string name) => target switch
    {
        List<object?> => _changingLists.Contains(name),
        PythonDictionary => _changingDictionaries.Contains(name),
        _ => false,
    };

    // Attributes and methods, not items.
    static bool TryOwn(object? target, string name, out object? value)
    {
        value = null;
        if (target is Namespace space)
        {
            return space.TryGet(name, out value);
        }

        value = target switch
        {
            string text => StringMethods.Find(text, name),
            PythonDictionary dictionary => CollectionMethods.Find(dictionary, name),
            List<object?> or PythonTuple => CollectionMethods.Find(target, name),
            _ => null,
        };
        if (target is Loop loop)
        {
            value = loop.Get(name);
            return true;
        }

        return value is not null;
    }

    public static object? Item(object? target, object? key)
    {
        if (target is Undefined undefined)
        {
            throw undefined.Fault();
        }

        if (target is PythonDictionary dictionary)
        {
            return dictionary.TryGet(key, out object? value) ? value
                : key is string method && TryOwn(target, method, out object? own) ? own
                : Missing(target, Printing.Show(key));
        }

        if (key is string name)
        {
            return TryOwn(target, name, out object? own) ? own : Missing(target, name);
        }

        if (Numbers.TryWhole(key, out _) && target is string or List<object?> or PythonTuple or PythonRange)
        {
            var items = Kinds.Items(target);
            int index = Numbers.AsInt(key);
            index += index < 0 ? items.Count : 0;
            return index >= 0 && index < items.Count ? items[index] : Missing(target, Printing.Show(key));
        }

        return Missing(target, Printing.Show(key));
    }

    static Undefined Missing(object? target, string name) => new($"a {Kinds.Of(target)} has no '{name}'");

    public static object? Slice(object? target, object? start, object? stop, object? step)
    {
        if (target is Undefined undefined)
        {
            throw undefined.Fault();
        }

        if (target is not (string or List<object?> or PythonTuple or PythonRange))
        {
            return target is PythonDictionary
                ? throw new TemplateFault("a dictionary has no slices")
                : new Undefined($"a {Kinds.Of(target)} has no slices");
        }

        var sliced = Sliced(Kinds.Items(target), start, stop, step);
        return target switch
        {
            string => string.Concat(sliced),
            PythonTuple => new PythonTuple(sliced),
            _ => sliced,
        };
    }

    static List<object?> Sliced(IReadOnlyList<object?> items, object? start, object? stop, object? step)
    {
        int stride = step is null ? 1 : Numbers.AsInt(step);
        if (stride == 0)
        {
            throw new TemplateFault("a slice has a step of 0");
        }

        int n = items.Count;
        bool forward = stride > 0;
        long from = Bound(start, forward ? 0 : n - 1), to = Bound(stop, forward ? n : -1);
        List<object?> result = [];
        for (long i = from; forward ? i < to : i > to; i += stride)
        {
            result.Add(items[(int)i]);
        }

        return result;

        long Bound(object? bound, int absent)
        {
            if (bound is null)
            {
                return absent;
            }

            long index = Numbers.AsInt(bound);
            index += index < 0 ? n : 0;
            return Math.Clamp(index, forward ? 0 : -1, forward ? n : n - 1);
        }
    }
}
