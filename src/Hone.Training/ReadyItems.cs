using Hone.Grading;

namespace Hone.Training;

/// <summary>Items that wait to be graded, handed out in batches; whole groups at a time where the grader compares their completions.</summary>
sealed class ReadyItems(bool wholeGroups, int mostPerBatch)
{
    readonly Queue<GradingItem[]> _ready = [];
    readonly Dictionary<string, List<GradingItem>> _partial = new(StringComparer.Ordinal);

    public void Add(GradingItem item)
    {
        if (!wholeGroups || item.Group is not { } name)
        {
            _ready.Enqueue([item]);
            return;
        }

        if (!_partial.TryGetValue(name, out var group))
        {
            _partial[name] = group = [];
        }

        group.Add(item);
        if (group.Count == item.GroupSize)
        {
            _partial.Remove(name);
            // The order in which completions ended is an accident; what a grader sees must not be.
            _ready.Enqueue([.. group.OrderBy(member => member.Index)]);
        }
    }

    /// <summary>The next batch, or null where nothing is ready. A group larger than the limit is a batch of its own.</summary>
    public IReadOnlyList<GradingItem>? Take()
    {
        List<GradingItem> batch = [];
        while (_ready.TryPeek(out var next) && (batch.Count == 0 || batch.Count + next.Length <= mostPerBatch))
        {
            batch.AddRange(_ready.Dequeue());
        }

        return batch.Count > 0 ? batch : null;
    }
}
