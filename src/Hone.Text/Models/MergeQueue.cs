namespace Hone.Text.Models;

/// <summary>Applies merges to the symbols of one piece, in place, in O(n log n).</summary>
static class MergeQueue
{
    // Up to here, looking at all pairs again after each merge is faster than a queue.
    const int Short = 24;

    /// <summary>The merged symbols: a leading part of the given span.</summary>
    public static Span<int> Merge(Span<int> symbols, Merges merges) =>
        symbols.Length <= Short ? MergeByScan(symbols, merges) : MergeByQueue(symbols, merges);

    static Span<int> MergeByScan(Span<int> symbols, Merges merges)
    {
        while (true)
        {
            int best = -1, bestRank = int.MaxValue, bestMerged = 0;
            for (int i = 0; i + 1 < symbols.Length; i++)
            {
                if (merges.TryFind(symbols[i], symbols[i + 1], out int rank, out int merged) && rank < bestRank)
                {
                    (best, bestRank, bestMerged) = (i, rank, merged);
                }
            }

            if (best < 0)
            {
                return symbols;
            }

            symbols[best] = bestMerged;
            symbols[(best + 2)..].CopyTo(symbols[(best + 1)..]);
            symbols = symbols[..^1];
        }
    }

    // The symbols are a linked list; a queue entry is stale if its place has no pair of that rank any more.
    static Span<int> MergeByQueue(Span<int> symbols, Merges merges)
    {
        int n = symbols.Length;
        int[] next = new int[n], previous = new int[n];
        var queue = new RankQueue(n);
        for (int i = 0; i < n; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
        }

        for (int i = 0; i + 1 < n; i++)
        {
            Enqueue(i, symbols, next, merges, queue);
        }

        while (queue.TryTake(out int rank, out int at))
        {
            int right = next[at];
            if (symbols[at] < 0 || right >= n
                || !merges.TryFind(symbols[at], symbols[right], out int current, out int merged) || current != rank)
            {
                continue;
            }

            symbols[at] = merged;
            symbols[right] = -1;
            next[at] = next[right];
            if (next[at] < n)
            {
                previous[next[at]] = at;
                Enqueue(at, symbols, next, merges, queue);
            }

            if (previous[at] >= 0)
            {
                Enqueue(previous[at], symbols, next, merges, queue);
            }
        }

        int count = 0;
        for (int i = 0; i < n; i = next[i])
        {
            symbols[count++] = symbols[i];
        }

        return symbols[..count];
    }

    static void Enqueue(int at, Span<int> symbols, int[] next, Merges merges, RankQueue queue)
    {
        if (merges.TryFind(symbols[at], symbols[next[at]], out int rank, out _))
        {
            queue.Add(rank, at);
        }
    }
}
