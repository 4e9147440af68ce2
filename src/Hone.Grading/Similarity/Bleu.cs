namespace Hone.Grading.Similarity;

/// <summary>BLEU and GLEU of one sentence against one reference, over words and marks as written.</summary>
static class Bleu
{
    const int Longest = 4;

    /// <summary>BLEU = BP · (∏ p_n)^(1/N), n = 1 … N = min(4, tokens of either text); BP = 1 where the candidate is as long as the reference
    /// or longer, else e^(1 − |r|/|c|).</summary>
    /// <remarks>p_1 = shared / |c|; for n ≥ 2 p_n = (shared + 1) / (runs + 1), so that a sentence without a shared run of four is not 0.
    /// Papineni et al. 2002; smoothing of Lin and Och 2004; N is lowered for short texts so that a text equals itself by 1.</remarks>
    public static double Score(string candidate, string reference)
    {
        string[] c = TextTokens.WordsAndMarks(candidate), r = TextTokens.WordsAndMarks(reference);
        int longest = Math.Min(Longest, Math.Min(c.Length, r.Length));
        if (longest == 0)
        {
            return 0;
        }

        double logs = 0;
        for (int n = 1; n <= longest; n++)
        {
            var (shared, runs, _) = NGrams.Overlap(c, r, n);
            logs += n == 1 ? Math.Log(shared / (double)runs) : Math.Log((shared + 1) / (double)(runs + 1));
        }

        double brevity = c.Length >= r.Length ? 0 : 1 - (r.Length / (double)c.Length);
        return Math.Exp(brevity + (logs / longest));
    }

    /// <summary>GLEU = min(precision, recall) over all runs of 1 to 4 tokens together. Wu et al. 2016.</summary>
    public static double Google(string candidate, string reference)
    {
        string[] c = TextTokens.WordsAndMarks(candidate), r = TextTokens.WordsAndMarks(reference);
        int shared = 0, ofCandidate = 0, ofReference = 0;
        for (int n = 1; n <= Longest; n++)
        {
            var overlap = NGrams.Overlap(c, r, n);
            shared += overlap.Shared;
            ofCandidate += overlap.Candidate;
            ofReference += overlap.Reference;
        }

        return shared == 0 ? 0 : shared / (double)Math.Max(ofCandidate, ofReference);
    }
}
