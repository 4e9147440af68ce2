namespace Hone.Training.Monitoring;

/// <summary>How much a completion repeats itself.</summary>
public static class Repetition
{
    const int Size = 4;

    /// <summary>Share of the sequences of four tokens that stood in the completion before: 0 for a text without repeats, near 1 for a loop.</summary>
    public static double Of(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length <= Size)
        {
            return 0;
        }

        HashSet<(int, int, int, int)> seen = [];
        int repeated = 0, sequences = tokens.Length - Size + 1;
        for (int i = 0; i < sequences; i++)
        {
            repeated += seen.Add((tokens[i], tokens[i + 1], tokens[i + 2], tokens[i + 3])) ? 0 : 1;
        }

        return (double)repeated / sequences;
    }
}
