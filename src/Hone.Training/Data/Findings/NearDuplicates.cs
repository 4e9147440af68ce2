namespace Hone.Training.Data.Findings;

/// <summary>A text that is almost the same.</summary>
/// <param name="Other">Its index, which is lower.</param>
/// <param name="Similarity">|A∩B| / |A∪B| of the sets of word triples.</param>
readonly record struct NearMatch(int Other, double Similarity);

/// <summary>
/// Finds texts that have most of their word triples in common: MinHash with fixed seeds, candidates from equal bands of the signature, each candidate
/// compared by its triples. A text is compared with few others of its bucket, so that thousands of equal ones take no square of their number.
/// </summary>
/// <remarks>With 20 bands of 6 a pair of similarity s is a candidate with probability 1 − (1 − s⁶)²⁰: .998 at .8, .27 at .5.</remarks>
sealed class NearDuplicates
{
    public const double Threshold = 0.8;

    const int Bands = 20, Rows = 6, MostCompared = 8;

    // Triples that half of all texts have say what the data set asks for, not what a prompt asks.
    const double CommonShare = 0.5;
    const int LeastForCommon = 20, MostSampled = 2000;

    readonly ulong[][] _shingles;
    readonly int[] _sets;
    readonly NearMatch?[] _within, _inFirst;

    /// <param name="texts">Those of the first set go first, then those of the second, and so on.</param>
    /// <param name="sets">The set of each.</param>
    public NearDuplicates(IReadOnlyList<string> texts, int[] sets)
    {
        _sets = sets;
        _within = new NearMatch?[texts.Count];
        _inFirst = new NearMatch?[texts.Count];
        _shingles = new ulong[texts.Count][];
        Parallel.For(0, texts.Count, i => _shingles[i] = WordShingles.Of(texts[i]));
        var common = Common();
        uint[][] signatures = new uint[texts.Count][];
        Parallel.For(0, texts.Count, i =>
        {
            ulong[] own = [.. _shingles[i].Where(shingle => !common.Contains(shingle))];
            _shingles[i] = own.Length > 0 ? own : _shingles[i];
            signatures[i] = Signature(_shingles[i]);
        });
        for (int band = 0; band < Bands; band++)
        {
            CompareBuckets(signatures, band);
        }
    }

    /// <summary>Of each text the likest before it in its own set, from <see cref="Threshold"/> on.</summary>
    public IReadOnlyList<NearMatch?> Within => _within;

    /// <summary>Of each text of another set the likest in the first set, from <see cref="Threshold"/> on.</summary>
    public IReadOnlyList<NearMatch?> InFirst => _inFirst;

    HashSet<ulong> Common()
    {
        int step = Math.Max(1, _shingles.Length / MostSampled), sampled = 0;
        Dictionary<ulong, int> counts = [];
        for (int i = 0; i < _shingles.Length; i += step, sampled++)
        {
            foreach (ulong shingle in _shingles[i])
            {
                counts[shingle] = counts.GetValueOrDefault(shingle) + 1;
            }
        }

        return sampled < LeastForCommon ? [] : [.. counts.Where(pair => pair.Value > CommonShare * sampled).Select(pair => pair.Key)];
    }

    static uint[] Signature(ulong[] shingles)
    {
        uint[] signature = new uint[Bands * Rows];
        for (int row = 0; row < signature.Length; row++)
        {
            // Multiply-shift with an odd factor and an offset that follow from the row alone.
            ulong factor = WordShingles.Mix((ulong)(2 * row) + 1) | 1, offset = WordShingles.Mix((ulong)(2 * row) + 2);
            uint least = uint.MaxValue;
            foreach (ulong shingle in shingles)
            {
                least = Math.Min(least, (uint)(((shingle * factor) + offset) >> 32));
            }

            signature[row] = least;
        }

        return signature;
    }

    void CompareBuckets(uint[][] signatures, int band)
    {
        Dictionary<ulong, List<int>> buckets = [];
        for (int i = 0; i < signatures.Length; i++)
        {
            ulong key = 0;
            foreach (uint least in signatures[i].AsSpan(band * Rows, Rows))
            {
                key = WordShingles.Mix((key * 31) + least);
            }

            if (!buckets.TryGetValue(key, out var members))
            {
                buckets[key] = members = [];
            }

            Compare(i, members);
            members.Add(i);
        }
    }

    // The first so many of the bucket in its own set, and as many of the first set.
    void Compare(int i, List<int> members)
    {
        int within = 0, inFirst = 0;
        foreach (int other in members)
        {
            if (_sets[other] == _sets[i] && within < MostCompared)
            {
                within++;
                Keep(_within, i, other);
            }
            else if (_sets[other] == 0 && inFirst < MostCompared)
            {
                inFirst++;
                Keep(_inFirst, i, other);
            }
        }
    }

    void Keep(NearMatch?[] matches, int i, int other)
    {
        if (matches[i]?.Other == other || matches[i]?.Similarity == 1)
        {
            return;
        }

        double similarity = Similarity(_shingles[i], _shingles[other]);
        if (similarity >= Threshold && !(matches[i]?.Similarity >= similarity))
        {
            matches[i] = new(other, similarity);
        }
    }

    static double Similarity(ulong[] a, ulong[] b)
    {
        int i = 0, j = 0, both = 0;
        while (i < a.Length && j < b.Length)
        {
            both += a[i] == b[j] ? 1 : 0;
            (i, j) = (a[i] <= b[j] ? i + 1 : i, b[j] <= a[i] ? j + 1 : j);
        }

        return both / (double)(a.Length + b.Length - both);
    }
}
