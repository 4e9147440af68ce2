namespace Hone.Text.Models;

/// <summary>Applies merges to the symbols of one piece, in place, in O(n log n).</summary>
static class MergeQueue
{
    // Up to here, looking through all pairs for the next merge is faster than a queue.
    const int Short = 32;

    /// <summary>How many symbols are left at the front of the given span.</summary>
    public static int Merge(Span<int> symbols, Merges merges) =>
        symbols.Length <= Short ? MergeByScan(symbols, merges) : MergeByQueue(symbols, merges);

    static int MergeByScan(Span<int> symbols, Merges merges)
    {
        // pairs[i]: the merge of symbols i and i + 1.
        Span<ulong> pairs = stackalloc ulong[Short];
        int count = symbols.Length;
        for (int i = 0; i + 1 < count; i++)
        {
            pairs[i] = merges.Find(symbols[i], symbols[i + 1]);
        }

        while (Least(pairs[..Math.Max(count - 1, 0)]) is var best and >= 0)
        {
            symbols[best] = Merges.Merged(pairs[best]);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            count--;
            if (best + 1 < count)
            {
                pairs[(best + 2)..count].CopyTo(pairs[(best + 1)..]);
                pairs[best] = merges.Find(symbols[best], symbols[best + 1]);
            }

            if (best > 0)
            {
                pairs[best - 1] = merges.Find(symbols[best - 1], symbols[best]);
            }
        }

        return count;
    }

    // The leftmost of the least; −1 if nothing merges.
    static int Least(ReadOnlySpan<ulong> pairs)
    {
        int best = -1;
        ulong least = Merges.None;
        for (int i = 0; i < pairs.Length; i++)
        {
            if (pairs[i] < least)
            {
                (best, least) = (i, pairs[i]);
            }
        }

        return best;
    }

    // The symbols are a linked list; a queue entry is stale if its place has no pair of that rank any more.
    static int MergeByQueue(Span<int> symbols, Merges merges)
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
                || merges.Find(symbols[at], symbols[right]) is var found && (found == Merges.None || (int)(found >> 32) != rank))
            {
                continue;
            }

            symbols[at] = Merges.Merged(found);
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

        return count;
    }

    static void Enqueue(int at, Span<int> symbols, int[] next, Merges merges, RankQueue queue)
    {
        ulong found = merges.Find(symbols[at], symbols[next[at]]);
        if (found != Merges.None)
        {
            queue.Add((int)(found >> 32), at);
        }
    }
}
