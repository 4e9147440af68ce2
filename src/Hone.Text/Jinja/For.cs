namespace Hone.Text.Jinja;

/// <summary>{% break %} or {% continue %}, on its way to the loop.</summary>
sealed class LoopJump(bool ends) : Exception
{
    public bool Ends { get; } = ends;
}

sealed record Jump(Place Place, bool Ends) : Statement(Place)
{
    protected override void Do(Rendering rendering) => throw new LoopJump(Ends);
}

/// <summary>{% for %}: each round has a scope of its own; 'else' runs when no round reached the end of its body.</summary>
sealed record For(Place Place, Target Target, Expression Source, Expression? Filter, Body Body, Body? Else, bool Recursive) : Statement(Place)
{
    protected override void Do(Rendering rendering) =>
        Repeat(rendering, rendering.Scope, Source.Evaluate(rendering), depth: 1);

    void Repeat(Rendering rendering, Scope outer, object? source, int depth)
    {
        var items = Kept(rendering, outer, Kinds.Items(source));
        bool completed = false;
        for (int i = 0; i < items.Count; i++)
        {
            var scope = new Scope(outer);
            scope["loop"] = new Loop(items, i, depth, Recursive ? inner => Recurse(rendering, outer, inner, depth) : null);
            bool ends = false;
            rendering.Within(scope, () => ends = !Round(rendering, items[i], ref completed));
            if (ends)
            {
                break;
            }
        }

        if (!completed && Else is not null)
        {
            rendering.Within(new(outer), () => Else.Run(rendering));
        }
    }

    // False if the round ends the loop.
    bool Round(Rendering rendering, object? item, ref bool completed)
    {
        Target.Assign(rendering, item);
        try
        {
            Body.Run(rendering);
            completed = true;
            return true;
        }
        catch (LoopJump jump)
        {
            return !jump.Ends;
        }
    }

    IReadOnlyList<object?> Kept(Rendering rendering, Scope outer, IReadOnlyList<object?> items)
    {
        if (Filter is null)
        {
            return items;
        }

        List<object?> kept = [];
        foreach (object? item in items)
        {
            rendering.Within(new(outer), () =>
            {
                Target.Assign(rendering, item);
                if (Kinds.IsTrue(Filter.Evaluate(rendering)))
                {
                    kept.Add(item);
                }
            });
        }

        return kept;
    }

    string Recurse(Rendering rendering, Scope outer, object? items, int depth) =>
        rendering.Capture(() => Repeat(rendering, outer, items, depth + 1));
}
