using System.Text;

namespace Hone.Text.Jinja;

/// <summary>One rendering: the output, the variables in sight, and where it marks what the assistant says.</summary>
sealed class Rendering(Scope globals)
{
    int _captures;

    /// <summary>The scope of the template itself.</summary>
    public Scope Top { get; set; } = globals;

    public Scope Scope { get; set; } = globals;

    /// <summary>Text goes out with its HTML signs escaped.</summary>
    public bool Escapes { get; set; }

    /// <summary>Set between a break or continue and the loop that it belongs to: nothing else runs meanwhile.</summary>
    public Leaving Leaving { get; set; }

    /// <summary>Where generation blocks begin and end in the output, in UTF-16 units; null when nobody asked.</summary>
    public List<(int Start, int End)>? Spans { get; init; }

    StringBuilder Output { get; set; } = new();

    public int Position => _captures == 0
        ? Output.Length
        : throw new TemplateFault("'generation' stands inside a macro, a set block or a filter block, where its place in the text is not known");

    public void Write(string text)
    {
        if (Output.Length + (long)text.Length > Budget.MostText)
        {
            Budget.Text(Output.Length + (long)text.Length);
        }

        Output.Append(text);
    }

    /// <summary>Writes a value; escapes it where the template asks for that.</summary>
    public void Show(object? value) =>
        Write(Escapes && !Escaping.IsSafe(value) ? Escaping.Escape(Printing.Show(value)) : Printing.Show(value));

    /// <summary>All that was written.</summary>
    public string Text() => Output.ToString();

    /// <summary>Runs a body and returns what it wrote instead of writing it.</summary>
    public string Capture(Action body)
    {
        var outer = Output;
        Output = new();
        _captures++;
        try
        {
            body();
            Budget.Text(Output.Length);
            string text = Output.ToString();
            return Escapes ? Escaping.Safe(text) : text;
        }
        finally
        {
            Output = outer;
            _captures--;
        }
    }

    /// <summary>Runs a body with a scope of its own.</summary>
    public void Within(Scope scope, Action body)
    {
        var outer = Scope;
        Scope = scope;
        try
        {
            body();
        }
        finally
        {
            Scope = outer;
        }
    }
}

enum Leaving
{
    Nothing,
    Round,
    Loop,
}

/// <summary>Variables of one body; those of the bodies around it are in sight.</summary>
sealed class Scope(Scope? outer)
{
    readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => _variables[name] = value;
    }

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    Scope? Outer { get; } = outer;
}
