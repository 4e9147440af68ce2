namespace Hone.Jobs.Engine.Serving;

/// <summary>What was made last, by key; what was not asked for longest is forgotten first.</summary>
sealed class Kept<TKey, TValue>(int most)
    where TKey : notnull
{
    readonly Lock _gate = new();
    readonly LinkedList<(TKey Key, TValue Value)> _inOrder = new();
    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];

    /// <param name="make">May run twice for one key; what it throws is thrown.</param>
    public TValue Get(TKey key, Func<TValue> make)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                _inOrder.Remove(node);
                _inOrder.AddFirst(node);
                return node.Value.Value;
            }
        }

        var value = make();
        lock (_gate)
        {
            if (_nodes.TryAdd(key, new((key, value))))
            {
                _inOrder.AddFirst(_nodes[key]);
            }

            if (_nodes.Count > most)
            {
                _nodes.Remove(_inOrder.Last!.Value.Key);
                _inOrder.RemoveLast();
            }
        }

        return value;
    }
}
