namespace Hone.Bench.Workloads;

/// <summary>Tokens that mean nothing, the same at every call.</summary>
static class RandomTokens
{
    public static int[] Of(int count, int vocabulary, int seed)
    {
        var random = new Random(seed);
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = random.Next(vocabulary);
        }

        return tokens;
    }
}
