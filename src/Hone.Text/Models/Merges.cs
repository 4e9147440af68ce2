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

    /// <exception cref="TokenizerException">Merges name tokens that the vocabulary does not have; the message shows the first.</exception>
    public static Merges Read(IEnumerable<JsonElement> items, Dictionary<string, int> vocabulary, string path)
    {
        var problems = new ProblemList();
        var parts = items.Select((item, rank) => ($"{path}[{rank}]", problems.Try(() => Parts(item, $"{path}[{rank}]")) ?? []));
        return Read(parts, vocabulary, problems);
    }

    /// <param name="items">The parts of each merge, and the name of its place.</param>
    public static Merges Read(IEnumerable<(string Place, string[] Parts)> items, Dictionary<string, int> vocabulary) =>
        Read(items, vocabulary, new ProblemList());

    static Merges Read(IEnumerable<(string Place, string[] Parts)> items, Dictionary<string, int> vocabulary, ProblemList problems)
    {
        List<(int, int, int, int)> merges = [];
        foreach (var (place, parts) in items)
        {
            if (parts is [var left, var right])
            {
                merges.Add((Id(left, place), Id(right, place), merges.Count, Id(left + right, place)));
            }
            else if (parts.Length > 0)
            {
                problems.Add($"{place} has {parts.Length} parts, but a merge joins two tokens.");
            }
        }

        problems.Throw();
        return new(merges);

        int Id(string token, string place)
        {
            if (!vocabulary.TryGetValue(token, out int id))
            {
                problems.Add($"{place} uses '{token}', which the vocabulary does not have.");
            }

            return id;
        }
    }

    // Older files write "a b", newer ones ["a", "b"].
    static string[] Parts(JsonElement item, string path) => item.ValueKind == JsonValueKind.String
        ? JsonFields.AsText(item, path).Split(' ')
        : [.. JsonFields.AsItems(item, path).Select(part => JsonFields.AsText(part, path))];

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
