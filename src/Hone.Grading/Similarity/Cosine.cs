namespace Hone.Grading.Similarity;

/// <summary>Cosine of two bags of words: Σ_w a_w·b_w / (√Σ a_w² · √Σ b_w²), a_w how often the lower-case word w occurs.</summary>
/// <remarks>No embeddings: texts that say the same in other words have nothing in common here.</remarks>
static class Cosine
{
    public static double Score(string candidate, string reference)
    {
        var a = Count(candidate);
        var b = Count(reference);
        double product = a.Sum(word => (double)word.Value * b.GetValueOrDefault(word.Key));
        return product == 0 ? 0 : product / Math.Sqrt(SumOfSquares(a) * SumOfSquares(b));
    }

    static Dictionary<string, int> Count(string text) => TextTokens.Words(text).CountBy(word => word).ToDictionary();

    static double SumOfSquares(Dictionary<string, int> counts) => counts.Values.Sum(count => (double)count * count);
}
