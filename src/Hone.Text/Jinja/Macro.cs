namespace Hone.Text.Jinja;

sealed record Parameter(string Name, Expression? Default);

/// <summary>{% macro %}: a function whose value is what its body writes.</summary>
/// <param name="Names">The names that the body reads: one that reads varargs, kwargs or caller may be given what they hold.</param>
sealed record Macro(Place Place, string Name, IReadOnlyList<Parameter> Parameters, Body Body, IReadOnlySet<string> Names) : Statement(Place)
{
    protected override void Do(Rendering rendering) => rendering.Scope[Name] = Function(rendering);

    public Function Function(Rendering rendering)
    {
        var around = rendering.Scope;
        return new(Name, arguments =>
        {
            string text = "";
            rendering.Within(new(around), () =>
            {
                Bind(rendering, arguments);
                text = Body.Capture(rendering);
            });
            return text;
        })
        {
            Attributes = new Dictionary<string, object?>
            {
                ["name"] = Name,
                ["arguments"] = new PythonTuple([.. Parameters.Select(parameter => parameter.Name)]),
                ["catch_varargs"] = Names.Contains("varargs"),
                ["catch_kwargs"] = Names.Contains("kwargs"),
                ["caller"] = Names.Contains("caller"),
            },
        };
    }

    void Bind(Rendering rendering, Arguments arguments)
    {
        foreach (var parameter in Parameters)
        {
            if (!arguments.TryTake(parameter.Name, out object? value))
            {
                value = parameter.Default is null
                    ? new Undefined($"the parameter '{parameter.Name}' of '{Name}' was not given")
                    : parameter.Default.Evaluate(rendering);
            }

            rendering.Scope[parameter.Name] = value;
        }

        if (Names.Contains("caller") && Parameters.All(parameter => parameter.Name != "caller"))
        {
            rendering.Scope["caller"] = arguments.TryTakeNamed("caller", out object? caller) ? caller : new Undefined("there is no caller");
        }

        if (Names.Contains("varargs"))
        {
            rendering.Scope["varargs"] = new PythonTuple(arguments.TakeRest());
        }

        if (Names.Contains("kwargs"))
        {
            rendering.Scope["kwargs"] = arguments.TakeRestNamed();
        }

        arguments.Finish(Name);
    }
}

/// <summary>{% call %}: calls a macro, for which caller() writes this block's body.</summary>
sealed record CallBlock(Place Place, Call Call, Macro Caller) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        var caller = new Constant(Place, Caller.Function(rendering));
        var arguments = Call.Arguments with { Named = [.. Call.Arguments.Named, ("caller", caller)] };
        rendering.Show((Call with { Arguments = arguments }).Evaluate(rendering));
    }
}
