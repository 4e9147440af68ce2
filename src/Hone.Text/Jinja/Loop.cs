using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>What the rounds of one loop share.</summary>
/// <param name="items">All items.</param>
/// <param name="depth">1 in the outermost.</param>
/// <param name="recurse">In a recursive loop: gives what the items of the next level write.</param>
sealed class LoopState(IReadOnlyList<object?> items, int depth, Func<object?, string>? recurse)
{
    IReadOnlyList<object?>? _last;

    public IReadOnlyList<object?> Items { get; } = items;

    public int Depth { get; } = depth;

    public Func<object?, string>? Recurse { get; } = recurse;

    /// <summary>Whether the values differ from those of the call before.</summary>
    public bool Changed(IReadOnlyList<object?> values)
    {
        bool changed = _last is null || !Comparison.AreEqual(new PythonTuple(_last), new PythonTuple(values));
        _last = values;
        return changed;
    }
}

/// <summary>'loop' inside a for.</summary>
sealed class Loop(LoopState state, int index)
{
    readonly IReadOnlyList<object?> _items = state.Items;

    public string Shown => $"<LoopContext {index + 1}/{_items.Count}>";

    public object? Call(Arguments arguments) => state.Recurse is null
        ? throw new TemplateFault("'loop' can be called in a recursive loop only")
        : state.Recurse(arguments.Require("loop", "items"));

    public object? Get(string name) => name switch
    {
        "index" => (BigInteger)(index + 1),
        "index0" => (BigInteger)index,
        "revindex" => (BigInteger)(_items.Count - index),
        "revindex0" => (BigInteger)(_items.Count - index - 1),
        "first" => index == 0,
        "last" => index == _items.Count - 1,
        "length" => (BigInteger)_items.Count,
        "depth" => (BigInteger)state.Depth,
        "depth0" => (BigInteger)(state.Depth - 1),
        "previtem" => index > 0 ? _items[index - 1] : new Undefined("there is no previous item"),
        "nextitem" => index < _items.Count - 1 ? _items[index + 1] : new Undefined("there is no next item"),
        "cycle" => new Function("cycle", arguments => arguments.Positional.Count > 0
            ? arguments.TakeRest()[index % arguments.Positional.Count]
            : throw new TemplateFault("loop.cycle() needs something to cycle through")),
        "changed" => new Function("changed", arguments => state.Changed(arguments.TakeRest())),
        _ => new Undefined($"'loop' has no attribute '{name}'"),
    };
}
