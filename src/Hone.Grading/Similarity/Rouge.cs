namespace Hone.Grading.Similarity;

/// <summary>ROUGE of one text against one reference over lower-case words: F = 2·P·R / (P + R). Lin 2004.</summary>
static class Rouge
{
    /// <summary>ROUGE-N: P and R are the shared runs of n words / the runs of the candidate and of the reference.</summary>
    /// <remarks>Where the reference has fewer than n words n is their number, so that a short text equals itself by 1. No stemming.</remarks>
    public static double OfRuns(string candidate, string reference, int n)
    {
        string[] c = TextTokens.Words(candidate), r = TextTokens.Words(reference);
        var (shared, ofCandidate, ofReference) = NGrams.Overlap(c, r, Math.Clamp(r.Length, 1, n));
        return shared == 0 ? 0 : 2.0 * shared / (ofCandidate + ofReference);
    }

    /// <summary>ROUGE-L: P and R are the longest common subsequence of words / the words of the candidate and of the reference.</summary>
    public static double OfSubsequence(string candidate, string reference)
    {
        string[] c = TextTokens.Words(candidate), r = TextTokens.Words(reference);
        if (c.Length == 0 || r.Length == 0)
        {
            return 0;
        }

        var numbers = new Dictionary<string, int>();
        int[] x = Number(c, numbers), y = Number(r, numbers);
        return 2.0 * EditDistance.CommonSubsequence(x, y) / (x.Length + y.Length);
    }

    static int[] Number(string[] words, Dictionary<string, int> numbers) =>
    [
        .. words.Select(word =>
        {
            numbers.TryAdd(word, numbers.Count);
            return numbers[word];
        }),
    ];
}
