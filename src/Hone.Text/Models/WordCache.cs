using System.Runtime.InteropServices;

namespace Hone.Text.Models;

/// <summary>Ids of words that were met before. Text repeats its words, and a look here costs far less than merging.</summary>
/// <remarks>Each word has one place, where the last word that came stays: no lock, no growth, and no change of any result.</remarks>
sealed class WordCache
{
    public const int LongestWord = 32;
    const int Places = 1 << 16;

    readonly Entry?[] _entries = new Entry?[Places];

    sealed record Entry(string Word, int[] Ids);

    /// <summary>Adds the ids of a word; false if it is not here.</summary>
    public bool TryAdd(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_entries[Place(word)] is { } entry && word.SequenceEqual(entry.Word))
        {
            if (entry.Ids.Length == 1)
            {
                ids.Add(entry.Ids[0]);
            }
            else
            {
                ids.AddRange(entry.Ids);
            }

            return true;
        }

        return false;
    }

    public void Put(ReadOnlySpan<char> word, ReadOnlySpan<int> ids) => _entries[Place(word)] = new(word.ToString(), ids.ToArray());

    static int Place(ReadOnlySpan<char> word)
    {
        var bytes = MemoryMarshal.AsBytes(word);
        ulong hash = (ulong)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
        }

        foreach (ushort unit in MemoryMarshal.Cast<byte, ushort>(bytes))
        {
            hash = Mix(hash ^ unit);
        }

        return (int)(hash >> 32) & (Places - 1);
    }

    static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        return value ^ value >> 32;
    }
}
