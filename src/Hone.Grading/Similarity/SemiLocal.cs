namespace Hone.Grading.Similarity;

/// <summary>Longest common subsequences of one text with every piece of another, from one walk over |a|·|b| cells.</summary>
/// <remarks>
/// <para>Tiskin, "Semi-local longest common subsequences": strands enter the grid of cells at the left and at the top; two strands cross in a
/// cell without a match unless they crossed before. With start_j the strand that leaves below b[j], numbered |a| + i where it entered above
/// b[i]: LCS(a, b[i..k]) = (k − i) − the number of j in [i, k) with start_j ≥ |a| + i.</para>
/// </remarks>
static class SemiLocal
{
    /// <summary>For each j the strand that leaves below b[j].</summary>
    public static int[] Strands(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int[] across = new int[a.Length], down = new int[b.Length];
        for (int i = 0; i < across.Length; i++)
        {
            across[i] = i;
        }

        for (int j = 0; j < down.Length; j++)
        {
            down[j] = a.Length + j;
        }

        for (int i = 0; i < a.Length; i++)
        {
            ref int strand = ref across[a.Length - 1 - i];
            for (int j = 0; j < b.Length; j++)
            {
                if (a[i] == b[j] || strand > down[j])
                {
                    (strand, down[j]) = (down[j], strand);
                }
            }
        }

        return down;
    }

    /// <summary>The best 2·LCS / (|a| + length) over the pieces of b that are as long as a, and the shorter ones at b's two ends.</summary>
    /// <remarks>Where RapidFuzz's partial ratio looks for it; a is the shorter text, and not empty.</remarks>
    public static double BestPiece(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int m = a.Length, n = b.Length;
        int[] starts = Strands(a, b);
        int[] ends = Ends(starts, m);
        double best = 0;

        // The strands that start above the piece b[from..end) and leave below it: each is a letter that matches nothing.
        int through = 0;
        for (int end = 1; end <= n; end++)
        {
            int from = Math.Max(0, end - m);
            through += starts[end - 1] >= m + Math.Max(0, from - 1) ? 1 : 0;
            through -= from > 0 && ends[from - 1] < end ? 1 : 0;
            best = Math.Max(best, 2.0 * (end - from - through) / (m + end - from));
        }

        for (int from = n - m + 1; from < n; from++)
        {
            through -= ends[from - 1] < n ? 1 : 0;
            best = Math.Max(best, 2.0 * (n - from - through) / (m + n - from));
        }

        return best;
    }

    /// <summary>For each i the column below which the strand leaves that entered above b[i]; |b| where it leaves to the right.</summary>
    static int[] Ends(int[] starts, int m)
    {
        int[] ends = new int[starts.Length];
        Array.Fill(ends, starts.Length);
        for (int j = 0; j < starts.Length; j++)
        {
            if (starts[j] >= m)
            {
                ends[starts[j] - m] = j;
            }
        }

        return ends;
    }
}
