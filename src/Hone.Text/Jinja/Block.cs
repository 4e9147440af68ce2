namespace Hone.Text.Jinja;

/// <summary>{% block %}: a part with a name, which stands where it is written and may be called again by it.</summary>
sealed record Block(Place Place, string Name, Body Body, bool Scoped) : Statement(Place)
{
    // It sees the template's own variables, and those around it only when it is scoped.
    protected override void Do(Rendering rendering) =>
        rendering.Within(new(Scoped ? rendering.Scope : rendering.Top), () => Body.Run(rendering));
}

/// <summary>'self': the template's blocks by name.</summary>
sealed class BlockNames(IReadOnlyDictionary<string, Block> blocks, Rendering rendering)
{
    public object? Get(string name) => blocks.TryGetValue(name, out var block)
        ? new Function(name, arguments =>
        {
            arguments.Finish(name);
            string text = "";
            rendering.Within(new(rendering.Top), () => text = block.Body.Capture(rendering));
            return text;
        })
        : new Undefined($"there is no block '{name}'");
}

/// <summary>Puts 'self' in sight at the beginning of a template that reads it.</summary>
sealed record Self(Place Place, IReadOnlyDictionary<string, Block> Blocks) : Statement(Place)
{
    protected override void Do(Rendering rendering) => rendering.Scope["self"] = new BlockNames(Blocks, rendering);
}
