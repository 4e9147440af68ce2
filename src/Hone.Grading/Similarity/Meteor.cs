namespace Hone.Grading.Similarity;

/// <summary>METEOR of one text against one reference over lower-case words: (1 − penalty) · P·R / (0.9·P + 0.1·R).</summary>
/// <remarks>
/// <para>P = matches / words of the candidate, R = matches / words of the reference, penalty = 0.5 · (chunks / matches)³; a chunk is a run of
/// matches that stand in the same order, without gap, in both. Where all words of both match in one chunk the penalty is 0, so that a text
/// equals itself by 1. Banerjee and Lavie 2005 with the constants of Lavie and Agarwal 2007.</para>
/// <para>Words match where they are equal, then, among those left, where their Porter stems are equal. From left to right each word takes the
/// partner that continues the chunk before it, else the first that is free: the paper asks for the pairing with the fewest crossings, which
/// differs only where a word occurs several times. Left out: synonyms (WordNet) and paraphrase tables.</para>
/// </remarks>
static class Meteor
{
    const double RecallWeight = 0.9;
    const double PenaltyWeight = 0.5;

    public static double Score(string candidate, string reference)
    {
        string[] c = TextTokens.Words(candidate), r = TextTokens.Words(reference);
        int[] partners = Align(c, r);
        int matches = partners.Count(partner => partner >= 0);
        if (matches == 0)
        {
            return 0;
        }

        double precision = matches / (double)c.Length, recall = matches / (double)r.Length;
        double mean = precision * recall / ((RecallWeight * precision) + ((1 - RecallWeight) * recall));
        int chunks = Chunks(partners);
        bool isWhole = chunks == 1 && matches == c.Length && matches == r.Length;
        double penalty = isWhole ? 0 : PenaltyWeight * Math.Pow(chunks / (double)matches, 3);
        return mean * (1 - penalty);
    }

    /// <summary>For each word of the candidate its partner in the reference, −1 for none.</summary>
    static int[] Align(string[] candidate, string[] reference)
    {
        int[] partners = new int[candidate.Length];
        Array.Fill(partners, -1);
        bool[] taken = new bool[reference.Length];
        Pair(candidate, reference, partners, taken);
        Pair([.. candidate.Select(PorterStem.Of)], [.. reference.Select(PorterStem.Of)], partners, taken);
        return partners;
    }

    static void Pair(string[] candidate, string[] reference, int[] partners, bool[] taken)
    {
        var places = new Dictionary<string, Queue<int>>();
        for (int j = 0; j < reference.Length; j++)
        {
            if (!taken[j])
            {
                places.TryAdd(reference[j], new());
                places[reference[j]].Enqueue(j);
            }
        }

        for (int i = 0; i < candidate.Length; i++)
        {
            int next = i > 0 && partners[i - 1] >= 0 ? partners[i - 1] + 1 : -1;
            int partner = partners[i] >= 0 ? -1
                : next >= 0 && next < reference.Length && !taken[next] && reference[next] == candidate[i] ? next
                : places.TryGetValue(candidate[i], out var free) ? FirstFree(free, taken)
                : -1;
            if (partner >= 0)
            {
                partners[i] = partner;
                taken[partner] = true;
            }
        }
    }

    static int FirstFree(Queue<int> places, bool[] taken)
    {
        while (places.TryDequeue(out int place))
        {
            if (!taken[place])
            {
                return place;
            }
        }

        return -1;
    }

    static int Chunks(int[] partners)
    {
        int chunks = 0;
        for (int i = 0; i < partners.Length; i++)
        {
            bool continues = i > 0 && partners[i - 1] >= 0 && partners[i] == partners[i - 1] + 1;
            chunks += partners[i] >= 0 && !continues ? 1 : 0;
        }

        return chunks;
    }
}
