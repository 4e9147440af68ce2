using System.Text;

namespace Hone.Grading.Similarity;

/// <summary>RapidFuzz's weighted ratio (WRatio) over texts in lower case with a space for all but letters, digits and low lines, from 0 to 1.</summary>
/// <remarks>
/// <para>ratio(a, b) = 2·LCS / (|a| + |b|) over code points. partial(a, b): the best ratio of the shorter text with a piece of the longer.
/// sort: over the words in alphabetical order. set: the better of ratio(words of both and of one alone) for the two sides, 1 where the words
/// of one are all in the other. With q = longer / shorter length: q &lt; 1.5: max(ratio, 0.95·sort, 0.95·set); else with
/// s = 0.9 (q ≤ 8) or 0.6: max(ratio, s·partial, 0.95·s·partial of sorted words, 0.95·s·partial of the words in one alone, 0.95·s where a
/// word is in both).</para>
/// <para>As a reward it is lenient: one word in common with a reference of another length scores 0.57 to 0.86, and the reference inside of a
/// longer text 0.6 to 0.9. Plain edit distance is not. Of texts longer than <see cref="LongestText"/> code points the beginning is
/// compared.</para>
/// </remarks>
static class FuzzyRatio
{
    public const int LongestText = 10_000;

    const double WordScale = 0.95;

    public static double Of(string first, string second)
    {
        string plainFirst = Plain(first), plainSecond = Plain(second);
        int[] x = EditDistance.CodePoints(plainFirst), y = EditDistance.CodePoints(plainSecond);
        string[] a = Words(plainFirst), b = Words(plainSecond);
        if (x.Length == 0 || y.Length == 0)
        {
            return 0;
        }

        double ratio = Ratio(x, y);
        double quotient = Math.Max(x.Length, y.Length) / (double)Math.Min(x.Length, y.Length);
        if (quotient < 1.5)
        {
            return Math.Max(ratio, WordScale * Math.Max(Ratio(Joined(Sorted(a)), Joined(Sorted(b))), SetRatio(a, b)));
        }

        double scale = quotient <= 8 ? 0.9 : 0.6;
        return Math.Max(ratio, scale * Math.Max(Partial(x, y), WordScale * PartialOfWords(a, b)));
    }

    static double SetRatio(string[] a, string[] b)
    {
        string[] both = [.. a.Intersect(b)];
        int[] onlyA = Joined(Sorted(a.Except(b))), onlyB = Joined(Sorted(b.Except(a)));
        if (both.Length > 0 && (onlyA.Length == 0 || onlyB.Length == 0))
        {
            return 1;
        }

        int shared = Joined(both).Length;
        int gap = shared > 0 ? 1 : 0;
        int withA = shared + gap + onlyA.Length, withB = shared + gap + onlyB.Length;
        double best = 1 - (Distance(onlyA, onlyB) / (double)(withA + withB));
        return shared == 0 ? best
            : Math.Max(best, Math.Max(
                1 - ((gap + onlyA.Length) / (double)(shared + withA)),
                1 - ((gap + onlyB.Length) / (double)(shared + withB))));
    }

    static double PartialOfWords(string[] a, string[] b) =>
        a.Intersect(b).Any() ? 1
        : Math.Max(Partial(Joined(Sorted(a)), Joined(Sorted(b))), Partial(Joined(Sorted(a.Distinct())), Joined(Sorted(b.Distinct()))));

    static double Ratio(int[] a, int[] b) => 2.0 * EditDistance.CommonSubsequence(a, b) / (a.Length + b.Length);

    // Insertions and removals only.
    static int Distance(int[] a, int[] b) => a.Length + b.Length - (2 * EditDistance.CommonSubsequence(a, b));

    static double Partial(int[] a, int[] b) =>
        a.Length < b.Length ? SemiLocal.BestPiece(a, b)
        : a.Length > b.Length ? SemiLocal.BestPiece(b, a)
        : Math.Max(SemiLocal.BestPiece(a, b), SemiLocal.BestPiece(b, a));

    static IEnumerable<string> Sorted(IEnumerable<string> words) => words.Order(StringComparer.Ordinal);

    static int[] Joined(IEnumerable<string> words) => EditDistance.CodePoints(string.Join(' ', words));

    static string[] Words(string plain) => plain.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static string Plain(string text) => string.Concat(text.EnumerateRunes().Take(LongestText)
        .Select(rune => Rune.IsLetterOrDigit(rune) || rune.Value == '_' ? Rune.ToLowerInvariant(rune).ToString() : " ")).Trim();
}
