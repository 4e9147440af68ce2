namespace Hone.Text.Jinja;

/// <summary>{% break %} or {% continue %}.</summary>
sealed record Jump(Place Place, bool Ends) : Statement(Place)
{
    protected override void Do(Rendering rendering) => rendering.Leaving = Ends ? Leaving.Loop : Leaving.Round;
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
        var state = new LoopState(items, depth, Recursive ? inner => Recurse(rendering, outer, inner, depth) : null);
        for (int i = 0; i < items.Count; i++)
        {
            Round(rendering, outer, new Loop(state, i), items[i]);
            var leaving = rendering.Leaving;
            rendering.Leaving = Leaving.Nothing;
            completed |= leaving == Leaving.Nothing;
            if (leaving == Leaving.Loop)
            {
                break;
            }
        }

        if (!completed && Else is not null)
        {
            rendering.Within(new(outer), () => Else.Run(rendering));
        }
    }

    void Round(Rendering rendering, Scope outer, Loop loop, object? item)
    {
        var scope = new Scope(outer);
        scope["loop"] = loop;
        rendering.Within(scope, () =>
        {
            Target.Assign(rendering, item);
            Body.Run(rendering);
        });
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
