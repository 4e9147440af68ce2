namespace Hone.Text.Training;

/// <summary>Learns merges: again and again the pair of neighbours that occurs most often becomes one token.</summary>
/// <remarks>Among equally frequent pairs the one with the smaller left id comes first, then the smaller right id.</remarks>
sealed class MergeLearner
{
    // A pair that occurs once says nothing about the next text.
    const long LeastCount = 2;

    readonly List<(int[] Symbols, long Count)> _words = [];
    readonly Dictionary<(int Left, int Right), long> _counts = [];
    readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    readonly PriorityQueue<(int Left, int Right), (long MinusCount, int Left, int Right)> _queue = new();

    /// <param name="words">Symbol ids of each distinct piece and how often it occurs.</param>
    public MergeLearner(IEnumerable<(int[] Symbols, long Count)> words)
    {
        _words.AddRange(words);
        for (int word = 0; word < _words.Count; word++)
        {
            AddPairs(word, sign: 1);
        }

        foreach (var pair in _counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>The next merge; null when no pair is left that occurs twice. Afterwards call <see cref="Apply"/>.</summary>
    public (int Left, int Right)? Next()
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            long count = _counts.GetValueOrDefault(pair);
            if (count < LeastCount)
            {
                continue;
            }

            // The count fell since this entry was made: its place in the order is further back.
            if (count != -priority.MinusCount)
            {
                Enqueue(pair);
                continue;
            }

            return pair;
        }

        return null;
    }

    public void Apply((int Left, int Right) pair, int merged)
    {
        HashSet<(int, int)> grown = [];
        foreach (int word in _places[pair])
        {
            AddPairs(word, sign: -1);
            _words[word] = (Replace(_words[word].Symbols, pair, merged), _words[word].Count);
            AddPairs(word, sign: 1);
            foreach (var near in Pairs(_words[word].Symbols).Where(near => near.Item1 == merged || near.Item2 == merged))
            {
                grown.Add(near);
            }
        }

        _places.Remove(pair);
        _counts.Remove(pair);
        foreach (var near in grown)
        {
            Enqueue(near);
        }
    }

    void AddPairs(int word, int sign)
    {
        foreach (var pair in Pairs(_words[word].Symbols))
        {
            _counts[pair] = _counts.GetValueOrDefault(pair) + sign * _words[word].Count;
            if (sign > 0)
            {
                if (!_places.TryGetValue(pair, out var places))
                {
                    _places[pair] = places = [];
                }

                places.Add(word);
            }
        }
    }

    void Enqueue((int Left, int Right) pair) => _queue.Enqueue(pair, (-_counts.GetValueOrDefault(pair), pair.Left, pair.Right));

    static IEnumerable<(int, int)> Pairs(int[] symbols)
    {
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            yield return (symbols[i], symbols[i + 1]);
        }
    }

    static int[] Replace(int[] symbols, (int Left, int Right) pair, int merged)
    {
        List<int> result = new(symbols.Length);
        for (int i = 0; i < symbols.Length; i++)
        {
            bool joins = i + 1 < symbols.Length && (symbols[i], symbols[i + 1]) == pair;
            result.Add(joins ? merged : symbols[i]);
            i += joins ? 1 : 0;
        }

        return [.. result];
    }
}
