namespace Hone.Text.Jinja;

sealed record Parameter(string Name, Expression? Default);

/// <summary>{% macro %}: a function whose value is what its body writes.</summary>
sealed record Macro(Place Place, string Name, IReadOnlyList<Parameter> Parameters, Body Body) : Statement(Place)
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
        });
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

        if (arguments.TryTakeNamed("caller", out object? caller))
        {
            rendering.Scope["caller"] = caller;
        }

        arguments.Finish(Name);
    }
}
