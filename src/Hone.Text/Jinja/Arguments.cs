namespace Hone.Text.Jinja;

/// <summary>The arguments of one call. A function takes them in the order of its parameters, by place or by name.</summary>
sealed class Arguments(IReadOnlyList<object?> positional, IReadOnlyDictionary<string, object?> named)
{
    readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    int _next;

    public static Arguments None { get; } = new([], new Dictionary<string, object?>());

    public IReadOnlyList<object?> Positional { get; } = positional;

    public IReadOnlyDictionary<string, object?> Named { get; } = named;

    /// <summary>The next parameter, or the given value when the call leaves it out.</summary>
    public object? Take(string name, object? absent) => TryTake(name, out object? value) ? value : absent;

    public object? Require(string function, string name) =>
        TryTake(name, out object? value) ? value : throw new TemplateFault($"{function}() needs the argument '{name}'");

    public string RequireText(string function, string name) => Require(function, name) switch
    {
        string text => text,
        Undefined undefined => throw undefined.Fault(),
        var other => throw new TemplateFault($"{function}() needs a string as '{name}', not a {Kinds.Of(other)}"),
    };

    public bool TryTake(string name, out object? value)
    {
        if (_next < Positional.Count)
        {
            value = Positional[_next++];
            _taken.Add(name);
            return !Named.ContainsKey(name) ? true : throw new TemplateFault($"the argument '{name}' is given twice");
        }

        return TryTakeNamed(name, out value);
    }

    public bool TryTakeNamed(string name, out object? value)
    {
        _taken.Add(name);
        return Named.TryGetValue(name, out value);
    }

    /// <summary>Ends the taking: an argument that nobody took is a mistake in the template.</summary>
    public void Finish(string function)
    {
        if (_next < Positional.Count)
        {
            throw new TemplateFault($"{function}() gets {Positional.Count} arguments, but takes at most {_next}");
        }

        if (Named.Keys.FirstOrDefault(name => !_taken.Contains(name)) is { } unknown)
        {
            throw new TemplateFault($"{function}() has no parameter '{unknown}'");
        }
    }

    /// <summary>All positional arguments from the next one on.</summary>
    public IReadOnlyList<object?> TakeRest()
    {
        object?[] rest = [.. Positional.Skip(_next)];
        _next = Positional.Count;
        return rest;
    }

    /// <summary>All named arguments that nobody took.</summary>
    public PythonDictionary TakeRestNamed()
    {
        var rest = new PythonDictionary();
        foreach (var (name, value) in Named.Where(pair => !_taken.Contains(pair.Key)).ToArray())
        {
            rest[name] = value;
            _taken.Add(name);
        }

        return rest;
    }

    public Arguments Rest() => new([.. TakeRest()], Named);
}
