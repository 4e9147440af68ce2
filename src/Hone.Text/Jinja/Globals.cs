using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>The names that every chat template may use.</summary>
static class Globals
{
    /// <param name="now">What strftime_now() shows.</param>
    public static Scope Scope(DateTime now)
    {
        var scope = new Scope(null);
        foreach (var (name, call) in _functions)
        {
            scope[name] = new Function(name, call) { Attributes = name == "dict" ? _ofDictionary : null };
        }

        scope["strftime_now"] = new Function("strftime_now", arguments =>
        {
            string format = arguments.RequireText("strftime_now", "format");
            arguments.Finish("strftime_now");
            return TimeFormat.Apply(format, now);
        });
        return scope;
    }

    static readonly Dictionary<string, object?> _ofDictionary = new()
    {
        ["fromkeys"] = new Function("fromkeys", CollectionMethods.FromKeys),
    };

    static readonly Dictionary<string, Func<Arguments, object?>> _functions = new(StringComparer.Ordinal)
    {
        ["raise_exception"] = arguments =>
            throw new TemplateFault(Printing.Show(arguments.Require("raise_exception", "message")), raised: true),
        ["namespace"] = NewNamespace,
        ["dict"] = NewDictionary,
        ["range"] = Range,
        ["cycler"] = Cycler,
        ["joiner"] = Joiner,
        ["lipsum"] = _ => throw new TemplateFault("lipsum() writes random text, and a rendering has to repeat"),
    };

    static Namespace NewNamespace(Arguments arguments)
    {
        var space = new Namespace();
        foreach (var (name, value) in NewDictionary(arguments).Entries)
        {
            space.Set(Printing.Show(name), value);
        }

        return space;
    }

    static PythonDictionary NewDictionary(Arguments arguments)
    {
        var dictionary = new PythonDictionary();
        object? source = arguments.Take("mapping", null);
        var entries = source switch
        {
            null => [],
            PythonDictionary other => other.Entries,
            _ => Kinds.Items(source).Select(item => Kinds.Items(item) is [var key, var value]
                ? new KeyValuePair<object?, object?>(key, value)
                : throw new TemplateFault("dict() needs pairs")),
        };
        foreach (var (key, value) in entries)
        {
            dictionary[key] = value;
        }

        foreach (var (name, value) in arguments.Named)
        {
            dictionary[name] = value;
        }

        return dictionary;
    }

    static PythonRange Range(Arguments arguments)
    {
        BigInteger first = Bound(arguments.Require("range", "start"));
        object? stop = arguments.Take("stop", null);
        var step = Bound(arguments.Take("step", BigInteger.One));
        arguments.Finish("range");
        return stop is null ? new(0, first, step) : new(first, Bound(stop), step);

        static BigInteger Bound(object? value) => Numbers.TryWhole(value, out var whole)
            ? whole
            : throw new TemplateFault($"range() needs whole numbers, not a {Kinds.Of(value)}");
    }

    static Namespace Cycler(Arguments arguments)
    {
        var items = arguments.TakeRest();
        if (items.Count == 0)
        {
            throw new TemplateFault("cycler() needs something to cycle through");
        }

        int at = 0;
        var cycler = new Namespace();
        cycler.Set("current", items[0]);
        cycler.Set("next", new Function("next", _ => Show(at, at + 1)));
        cycler.Set("reset", new Function("reset", _ =>
        {
            Show(at, 0);
            return null;
        }));
        return cycler;

        object? Show(int shown, int next)
        {
            at = next % items.Count;
            cycler.Set("current", items[at]);
            return items[shown];
        }
    }

    static Function Joiner(Arguments arguments)
    {
        object? separator = arguments.Take("sep", ", ");
        arguments.Finish("joiner");
        bool used = false;
        return new("joiner", _ =>
        {
            object? result = used ? separator : "";
            used = true;
            return result;
        });
    }
}
