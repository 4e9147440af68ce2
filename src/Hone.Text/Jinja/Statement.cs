namespace Hone.Text.Jinja;

/// <summary>A part of a template that does something: writes, sets, repeats.</summary>
abstract record Statement(Place Place)
{
    public void Run(Rendering rendering)
    {
        try
        {
            Budget.Step();
            Do(rendering);
        }
        catch (TemplateFault fault) when (fault.Passes(Place))
        {
            throw;
        }
    }

    protected abstract void Do(Rendering rendering);
}

/// <summary>Statements in order.</summary>
sealed record Body(Place Place, IReadOnlyList<Statement> Statements) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        foreach (var statement in Statements)
        {
            statement.Run(rendering);
            if (rendering.Leaving != Leaving.Nothing)
            {
                return;
            }
        }
    }

    public string Capture(Rendering rendering) => rendering.Capture(() => Run(rendering));
}

sealed record Text(Place Place, string Content) : Statement(Place)
{
    protected override void Do(Rendering rendering) => rendering.Write(Content);
}

sealed record Print(Place Place, Expression Value) : Statement(Place)
{
    protected override void Do(Rendering rendering) => rendering.Show(Value.Evaluate(rendering));
}

sealed record If(Place Place, Expression Condition, Body Then, Body? Else) : Statement(Place)
{
    protected override void Do(Rendering rendering) =>
        (Kinds.IsTrue(Condition.Evaluate(rendering)) ? Then : Else)?.Run(rendering);
}

sealed record Set(Place Place, Target Target, Expression Value) : Statement(Place)
{
    protected override void Do(Rendering rendering) => Target.Assign(rendering, Value.Evaluate(rendering));
}

/// <summary>{% set x %}…{% endset %}, with filters on what the body writes.</summary>
sealed record SetBody(Place Place, Target Target, Body Body, Func<Expression, Expression> Filter) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        string text = "";
        rendering.Within(new(rendering.Scope), () => text = Body.Capture(rendering));
        if (rendering.Leaving == Leaving.Nothing)
        {
            Target.Assign(rendering, Filter(new Constant(Place, text)).Evaluate(rendering));
        }
    }
}

sealed record FilterBody(Place Place, Body Body, Func<Expression, Expression> Filter) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        string text = "";
        rendering.Within(new(rendering.Scope), () => text = Body.Capture(rendering));
        if (rendering.Leaving == Leaving.Nothing)
        {
            rendering.Write(Printing.Show(Filter(new Constant(Place, text)).Evaluate(rendering)));
        }
    }
}

sealed record With(Place Place, IReadOnlyList<(Target Target, Expression Value)> Variables, Body Body) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        object?[] values = [.. Variables.Select(variable => variable.Value.Evaluate(rendering))];
        rendering.Within(new(rendering.Scope), () =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                Variables[i].Target.Assign(rendering, values[i]);
            }

            Body.Run(rendering);
        });
    }
}

/// <summary>{% generation %}: what the assistant says. A rendering that was asked to notes where it stands.</summary>
sealed record Generation(Place Place, Body Body) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        int start = rendering.Spans is null ? 0 : rendering.Position;
        rendering.Within(new(rendering.Scope), () => Body.Run(rendering));
        rendering.Spans?.Add((start, rendering.Position));
    }
}

/// <summary>{% autoescape %}: what the body prints has its HTML signs escaped, or not.</summary>
sealed record AutoEscape(Place Place, Expression Enabled, Body Body) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        bool outer = rendering.Escapes;
        rendering.Escapes = Kinds.IsTrue(Enabled.Evaluate(rendering));
        try
        {
            rendering.Within(new(rendering.Scope), () => Body.Run(rendering));
        }
        finally
        {
            rendering.Escapes = outer;
        }
    }
}

/// <summary>A tag that only a loader could serve; there is none.</summary>
sealed record NeedsLoader(Place Place, string Tag) : Statement(Place)
{
    protected override void Do(Rendering rendering) =>
        throw new TemplateFault($"'{Tag}' needs other templates, and a chat template stands alone");
}

/// <summary>What stands left of an assignment: a name, an attribute of a namespace, or several of them.</summary>
abstract record Target
{
    public abstract void Assign(Rendering rendering, object? value);
}

sealed record NameTarget(string Name) : Target
{
    public override void Assign(Rendering rendering, object? value) => rendering.Scope[Name] = value;
}

sealed record AttributeTarget(Expression Owner, string Name) : Target
{
    public override void Assign(Rendering rendering, object? value)
    {
        var owner = Owner.Evaluate(rendering) as Namespace
            ?? throw new TemplateFault($"'{Name}' is set on something that is no namespace");
        owner.Set(Name, value);
    }
}

sealed record TupleTarget(IReadOnlyList<Target> Parts) : Target
{
    public override void Assign(Rendering rendering, object? value)
    {
        var items = Kinds.Items(value);
        if (items.Count != Parts.Count)
        {
            throw new TemplateFault($"{items.Count} values are assigned to {Parts.Count} names");
        }

        for (int i = 0; i < items.Count; i++)
        {
            Parts[i].Assign(rendering, items[i]);
        }
    }
}
