using System.Numerics;

namespace Hone.Grading.Similarity;

/// <summary>Edit distance and longest common subsequence, 64 positions of one text at a time.</summary>
/// <remarks>Distance: Myers 1999 in Hyyrö's form for any length. Subsequence: Hyyrö 2004. Both take |a|·|b|/64 steps.</remarks>
static class EditDistance
{
    /// <summary>Of longer texts <see cref="Similarity"/> compares as many code points.</summary>
    public const int LongestText = 50_000;

    /// <summary>1 − Levenshtein distance / the longer length, over code points; two empty texts are alike.</summary>
    public static double Similarity(string a, string b)
    {
        int[] x = [.. CodePoints(a).Take(LongestText)], y = [.. CodePoints(b).Take(LongestText)];
        return x.Length + y.Length == 0 ? 1 : 1 - (Levenshtein(x, y) / (double)Math.Max(x.Length, y.Length));
    }

    /// <summary>Fewest insertions, removals and replacements that turn one into the other.</summary>
    public static int Levenshtein(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length + b.Length;
        }

        var positions = Positions(a);
        int words = (a.Length + 63) / 64;
        ulong[] nowhere = new ulong[words], plus = new ulong[words], minus = new ulong[words];
        plus.AsSpan().Fill(ulong.MaxValue);
        ulong last = 1UL << ((a.Length - 1) % 64);
        int distance = a.Length;
        foreach (int symbol in b)
        {
            distance += Column(positions.GetValueOrDefault(symbol, nowhere), plus, minus, last);
        }

        return distance;
    }

    /// <summary>Length of the longest sequence that is left of both by leaving out.</summary>
    public static int CommonSubsequence(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return 0;
        }

        var positions = Positions(a);
        ulong[] state = new ulong[(a.Length + 63) / 64];
        state.AsSpan().Fill(ulong.MaxValue);
        foreach (int symbol in b)
        {
            if (positions.TryGetValue(symbol, out ulong[]? at))
            {
                Advance(state, at);
            }
        }

        int unmatched = state.Sum(BitOperations.PopCount);
        return (state.Length * 64) - unmatched;
    }

    public static int[] CodePoints(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>One column of the distance matrix as its vertical differences +1 and −1.</summary>
    /// <returns>The change in its last row.</returns>
    static int Column(ulong[] at, ulong[] plus, ulong[] minus, ulong last)
    {
        ulong carryPlus = 1, carryMinus = 0;
        int change = 0;
        for (int w = 0; w < at.Length; w++)
        {
            ulong x = at[w] | carryMinus;
            ulong diagonal = (((x & plus[w]) + plus[w]) ^ plus[w]) | x | minus[w];
            ulong right = minus[w] | ~(diagonal | plus[w]);
            ulong left = diagonal & plus[w];
            if (w == at.Length - 1)
            {
                change = ((right & last) != 0 ? 1 : 0) - ((left & last) != 0 ? 1 : 0);
            }

            var (nextPlus, nextMinus) = (right >> 63, left >> 63);
            right = (right << 1) | carryPlus;
            left = (left << 1) | carryMinus;
            (carryPlus, carryMinus) = (nextPlus, nextMinus);
            plus[w] = left | ~(diagonal | right);
            minus[w] = right & diagonal;
        }

        return change;
    }

    static void Advance(ulong[] state, ulong[] at)
    {
        ulong carry = 0;
        for (int w = 0; w < state.Length; w++)
        {
            ulong matched = state[w] & at[w];
            UInt128 sum = (UInt128)state[w] + matched + carry;
            carry = (ulong)(sum >> 64);
            state[w] = (ulong)sum | (state[w] - matched);
        }
    }

    static Dictionary<int, ulong[]> Positions(ReadOnlySpan<int> a)
    {
        var positions = new Dictionary<int, ulong[]>();
        for (int i = 0; i < a.Length; i++)
        {
            if (!positions.TryGetValue(a[i], out ulong[]? at))
            {
                at = new ulong[(a.Length + 63) / 64];
                positions[a[i]] = at;
            }

            at[i / 64] |= 1UL << (i % 64);
        }

        return positions;
    }
}
