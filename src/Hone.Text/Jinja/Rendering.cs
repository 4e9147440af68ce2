using System.Runtime.CompilerServices;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>One rendering: the output, the variables in sight, and what is left of the limits.</summary>
sealed class Rendering(Scope globals)
{
    // Far above any conversation, far below what would hurt: templates come with models from anywhere.
    const int MostSteps = 4_000_000;
    const int MostOutput = 1 << 26;

    int _stepsLeft = MostSteps;
    int _outputLeft = MostOutput;

    public Scope Scope { get; set; } = globals;

    public StringBuilder Output { get; private set; } = new();

    /// <summary>Counts one step; every node takes one before it works.</summary>
    public void Step()
    {
        if (--_stepsLeft < 0)
        {
            throw new TemplateFault($"the template takes more than {MostSteps} steps");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("the template is nested too deep");
        }
    }

    public void Write(string text)
    {
        Spend(text.Length);
        Output.Append(text);
    }

    /// <summary>Counts text that an expression makes, so that no chain of doublings fills the memory.</summary>
    public string Counted(string text)
    {
        Spend(text.Length);
        return text;
    }

    /// <summary>Runs a body and returns what it wrote instead of writing it.</summary>
    public string Capture(Action body)
    {
        var outer = Output;
        Output = new();
        try
        {
            body();
            return Output.ToString();
        }
        finally
        {
            Output = outer;
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

    void Spend(int characters)
    {
        _outputLeft -= characters;
        if (_outputLeft < 0)
        {
            throw new TemplateFault($"the template makes more than {MostOutput} characters of text");
        }
    }
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
