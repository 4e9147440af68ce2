namespace Hone.Grading.Similarity;

/// <summary>How often each run of n tokens occurs.</summary>
static class NGrams
{
    /// <summary>Runs of n tokens that two texts share, each counted as often as the one that has it less often, and how many each has.</summary>
    public static (int Shared, int Candidate, int Reference) Overlap(string[] candidate, string[] reference, int n)
    {
        var wanted = Count(reference, n);
        int shared = 0;
        foreach (var (run, count) in Count(candidate, n))
        {
            shared += Math.Min(count, wanted.GetValueOrDefault(run));
        }

        return (shared, Math.Max(0, candidate.Length - n + 1), Math.Max(0, reference.Length - n + 1));
    }

    static Dictionary<string, int> Count(string[] tokens, int n)
    {
        var counts = new Dictionary<string, int>();
        for (int i = 0; i + n <= tokens.Length; i++)
        {
            // Tokens hold no white space, so a space parts them.
            string run = string.Join(' ', tokens, i, n);
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        return counts;
    }
}
