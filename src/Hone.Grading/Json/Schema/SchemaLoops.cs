namespace Hone.Grading.Json.Schema;

/// <summary>Finds a schema that applies to a value only by applying itself to it: no value could ever be checked.</summary>
static class SchemaLoops
{
    /// <returns>The place of a schema on the loop; null where there is none.</returns>
    public static string? Find(IEnumerable<SchemaNode> nodes)
    {
        var done = new HashSet<SchemaNode>();
        foreach (var node in nodes)
        {
            if (Walk(node, done) is { } loop)
            {
                return loop.Place;
            }
        }

        return null;
    }

    // Depth first with a stack of its own: a chain of references may be thousands long.
    static SchemaNode? Walk(SchemaNode start, HashSet<SchemaNode> done)
    {
        var open = new HashSet<SchemaNode>();
        var stack = new Stack<(SchemaNode Node, int Next)>();
        Enter(start);
        while (stack.TryPop(out var top))
        {
            if (top.Next == top.Node.SameValue.Count)
            {
                open.Remove(top.Node);
                done.Add(top.Node);
                continue;
            }

            stack.Push((top.Node, top.Next + 1));
            var next = top.Node.SameValue[top.Next];
            if (open.Contains(next))
            {
                return next;
            }

            Enter(next);
        }

        return null;

        void Enter(SchemaNode node)
        {
            if (!done.Contains(node))
            {
                open.Add(node);
                stack.Push((node, 0));
            }
        }
    }
}
