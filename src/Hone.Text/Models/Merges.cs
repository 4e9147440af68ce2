using System.Text.Json;

namespace Hone.Text.Models;

/// <summary>The merge table: which two neighbours become which token, the lowest rank first.</summary>
sealed class Merges
{
    /// <summary>What <see cref="Find"/> gives for two that never merge: more than any merge.</summary>
    public const ulong None = ulong.MaxValue;

    // Open addressing at most half full: pairs of (left id, right id) and of (rank, merged id). An id is far below 2³¹, so no pair is None.
    readonly ulong[] _pairs;
    readonly ulong[] _values;
    readonly int _shift;

    public Merges(IReadOnlyCollection<(int Left, int Right, int Rank, int Merged)> merges)
    {
        int bits = 4;
        while (1L << bits < 2L * merges.Count)
        {
            bits++;
        }

        (_pairs, _values, _shift) = (new ulong[1 << bits], new ulong[1 << bits], 64 - bits);
        Array.Fill(_pairs, None);
        foreach (var (left, right, rank, merged) in merges)
        {
            int at = Place(Pack(left, right));
            (_pairs[at], _values[at]) = (Pack(left, right), Pack(rank, merged));
        }
    }

    /// <summary>Rank and merged id of two neighbours in one word (<see cref="Merged"/>), so that the least is the next to apply; or <see cref="None"/>.</summary>
    public ulong Find(int left, int right)
    {
        ulong pair = Pack(left, right);
        int at = Place(pair);
        return _pairs[at] == pair ? _values[at] : None;
    }

    public static int Merged(ulong found) => (int)(uint)found;

    /// <exception cref="TokenizerException">Merges name tokens that the vocabulary does not have; the message counts them and shows the first.</exception>
    public static Merges Read(IEnumerable<JsonElement> items, Dictionary<string, int> vocabulary, string path)
    {
        List<(int, int, int, int)> merges = [];
        var problems = new ProblemList();
        int rank = 0;
        foreach (var item in items)
        {
            if (problems.Try(() => Pair(item, $"{path}[{rank}]")) is (string left, string right))
            {
                int leftId = Id(left), rightId = Id(right), merged = Id(left + right);
                merges.Add((leftId, rightId, rank, merged));
            }

            rank++;
        }

        problems.Throw();
        return new(merges);

        int Id(string token)
        {
            if (!vocabulary.TryGetValue(token, out int id))
            {
                problems.Add($"{path}[{rank}] uses '{token}', which the vocabulary does not have.");
            }

            return id;
        }
    }

    // Older files write "a b", newer ones ["a", "b"].
    static (string Left, string Right) Pair(JsonElement item, string path)
    {
        string[] parts = item.ValueKind == JsonValueKind.String
            ? JsonFields.AsText(item, path).Split(' ')
            : [.. JsonFields.AsItems(item, path).Select(part => JsonFields.AsText(part, path))];
        return parts.Length == 2
            ? (parts[0], parts[1])
            : throw new TokenizerException($"{path} has {parts.Length} parts, but a merge joins two tokens.");
    }

    int Place(ulong pair)
    {
        int at = (int)(pair * 0x9E3779B97F4A7C15 >> _shift);
        while (_pairs[at] != pair && _pairs[at] != None)
        {
            at = (at + 1) & (_pairs.Length - 1);
        }

        return at;
    }

    static ulong Pack(int high, int low) => (ulong)(uint)high << 32 | (uint)low;
}
