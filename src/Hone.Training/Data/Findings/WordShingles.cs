using System.Globalization;
using System.Text;

namespace Hone.Training.Data.Findings;

/// <summary>A text as the set of its word triples, each as a hash. Case, spaces and most punctuation do not count; signs of mathematics do.</summary>
static class WordShingles
{
    const int Width = 3;

    /// <returns>Ascending, each once. A text of fewer words has one.</returns>
    public static ulong[] Of(string text)
    {
        List<ulong> words = [.. Words(text)];
        if (words.Count <= Width)
        {
            return [Together(words)];
        }

        var shingles = new SortedSet<ulong>();
        for (int i = 0; i + Width <= words.Count; i++)
        {
            shingles.Add(Together(words.GetRange(i, Width)));
        }

        return [.. shingles];
    }

    /// <summary>The words' hashes. Scripts that put no spaces between words count each character as one.</summary>
    static IEnumerable<ulong> Words(string text)
    {
        ulong word = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            bool isPart = Rune.IsLetterOrDigit(lower) || Rune.GetUnicodeCategory(lower) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            bool isAlone = isPart ? IsUnspaced(lower.Value) : IsSign(lower);
            if (word != 0 && (!isPart || isAlone))
            {
                yield return word;
                word = 0;
            }

            if (isAlone)
            {
                yield return Mix((ulong)lower.Value + 1);
            }
            else if (isPart)
            {
                word = Mix((word * 31) + (ulong)lower.Value + 1);
            }
        }

        if (word != 0)
        {
            yield return word;
        }
    }

    static bool IsSign(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol
        || rune.Value is '-' or '*' or '/' or '%' or '\\' or '&' or '!' or '\u2212';

    // Thai and its neighbours, kana, Han.
    static bool IsUnspaced(int rune) => rune is (>= 0x0E00 and < 0x1000) or (>= 0x1780 and < 0x1800) or (>= 0x3040 and < 0x3400)
        or (>= 0x3400 and < 0xA000) or (>= 0xF900 and < 0xFB00) or (>= 0x20000 and < 0x32000);

    static ulong Together(List<ulong> words)
    {
        ulong hash = 0x9E3779B97F4A7C15;
        foreach (ulong word in words)
        {
            hash = Mix((hash * 0x100000001B3) ^ word);
        }

        return hash;
    }

    // The finish of SplitMix64: every bit depends on all.
    internal static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
