using System.Numerics;

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
        if (IsInternal(target, name))
        {
            return new Undefined($"the attribute '{name}' is not for templates");
        }

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

    /// <summary>The attribute or method, never an item.</summary>
    public static object? OwnAttribute(object? target, string name)
    {
        if (IsInternal(target, name))
        {
            return new Undefined($"the attribute '{name}' is not for templates");
        }

        if (target is Undefined undefined)
        {
            throw undefined.Fault();
        }

        return Changes(target, name) ? throw new TemplateFault($"'{name}' would change a {Kinds.Of(target)}, which a template may not do")
            : TryOwn(target, name, out object? own) ? own
            : Missing(target, name);
    }

    // What every object has in Python; a template sees it as undefined.
    static bool IsInternal(object? target, string name) => name.StartsWith("__", StringComparison.Ordinal)
        ? target is not Namespace || name == "__class__" ? _internal.Contains(name) : false
        : target is BlockNames && name.StartsWith('_');

    static readonly HashSet<string> _internal =
    [
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__", "__gt__",
        "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__",
        "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ];

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
            PythonTuple { Names: var names } tuple when names.Contains(name) => tuple.Items[names.ToList().IndexOf(name)],
            List<object?> or PythonTuple or PythonRange => CollectionMethods.Find(target, name),
            Function { Attributes: { } attributes } => attributes.GetValueOrDefault(name),
            BlockNames blocks => blocks.Get(name),
            bool or BigInteger or double => NumberMethods.Find(target, name),
            PythonBytes bytes when name == "decode" => new Function(name, _ => System.Text.Encoding.UTF8.GetString(bytes.Content)),
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

        if (target is string text && Numbers.TryWhole(key, out _) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            int at = Numbers.AsInt(key);
            at += at < 0 ? text.Length : 0;
            return at >= 0 && at < text.Length ? text[at].ToString() : Missing(target, Printing.Show(key));
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

        if (target is string text && (step is null || step is BigInteger { IsOne: true }) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            var (from, to) = Bounds(text.Length, start, stop, stride: 1);
            Budget.Text(Math.Max(0, to - from));
            return to > from ? text[(int)from..(int)to] : "";
        }

        if (target is PythonRange range && Stride(step) is var stride)
        {
            var (from, to) = Bounds(range.Items.Count, start, stop, stride);
            return range.Slice(from, to, stride);
        }

        var sliced = Sliced(Kinds.Items(target), start, stop, step);
        return target switch
        {
            string => BoundedText.Join("", sliced.Cast<string>()),
            PythonTuple => new PythonTuple(sliced),
            _ => sliced,
        };
    }

    static List<object?> Sliced(IReadOnlyList<object?> items, object? start, object? stop, object? step)
    {
        int stride = Stride(step);
        bool forward = stride > 0;
        var (from, to) = Bounds(items.Count, start, stop, stride);
        List<object?> result = [];
        for (long i = from; forward ? i < to : i > to; i += stride)
        {
            result.Add(items[(int)i]);
        }

        Budget.Items(result.Count);
        return result;
    }

    static int Stride(object? step) => step is null ? 1
        : Numbers.AsInt(step) is not 0 and var stride ? stride
        : throw new TemplateFault("a slice has a step of 0");

    static (long From, long To) Bounds(int n, object? start, object? stop, int stride)
    {
        bool forward = stride > 0;
        return (Bound(start, forward ? 0 : n - 1), Bound(stop, forward ? n : -1));

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
