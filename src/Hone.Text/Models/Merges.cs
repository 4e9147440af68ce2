using System.Text.Json;

namespace Hone.Text.Models;

/// <summary>The merge table: which two neighbours become which token, the lowest rank first.</summary>
sealed class Merges
{
    // Key of (left id, right id) -> (rank, merged id) packed into one word.
    readonly Dictionary<ulong, ulong> _table;

    Merges(int capacity) => _table = new(capacity);

    public static Merges Read(IReadOnlyList<JsonElement> items, Dictionary<string, int> vocabulary, string path)
    {
        var merges = new Merges(items.Count);
        for (int rank = 0; rank < items.Count; rank++)
        {
            var (left, right) = Pair(items[rank], $"{path}[{rank}]");
            merges._table[Key(Id(left), Id(right))] = Pack(rank, Id(left + right));

            int Id(string token) => vocabulary.TryGetValue(token, out int id)
                ? id
                : throw new TokenizerException($"{path}[{rank}] in tokenizer.json uses '{token}', which the vocabulary does not have.");
        }

        return merges;
    }

    /// <summary>False if the two never merge.</summary>
    public bool TryFind(int left, int right, out int rank, out int merged)
    {
        bool found = _table.TryGetValue(Key(left, right), out ulong value);
        (rank, merged) = ((int)(value >> 32), (int)(uint)value);
        return found;
    }

    // Older files write "a b", newer ones ["a", "b"].
    static (string Left, string Right) Pair(JsonElement item, string path)
    {
        string[] parts = item.ValueKind == JsonValueKind.String
            ? item.GetString()!.Split(' ')
            : [.. JsonFields.AsItems(item, path).Select(part => JsonFields.AsText(part, path))];
        return parts.Length == 2
            ? (parts[0], parts[1])
            : throw new TokenizerException($"{path} in tokenizer.json has {parts.Length} parts, but a merge joins two tokens.");
    }

    // An odd factor keeps different pairs different; without it the hash of a word, its halves XORed, is 0 for every (x, x).
    static ulong Key(int left, int right) => Pack(left, right) * 0x9E3779B97F4A7C15;

    static ulong Pack(int high, int low) => (ulong)(uint)high << 32 | (uint)low;
}
