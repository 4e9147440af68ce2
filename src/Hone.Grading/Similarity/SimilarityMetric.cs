namespace Hone.Grading.Similarity;

/// <summary>A measure of how much two texts are alike, from 0 to 1; a text is like itself by 1.</summary>
/// <param name="Name">As settings call it.</param>
/// <param name="OpenAiName">As OpenAI's text_similarity calls it; null where it has none.</param>
/// <param name="Meaning">For the problems of settings.</param>
sealed record SimilarityMetric(string Name, string? OpenAiName, string Meaning, Func<string, string, double> Compare)
{
    public static IReadOnlyList<SimilarityMetric> All { get; } =
    [
        new("levenshtein", null, "1 - edit distance / length", EditDistanceOf),
        new("fuzzy", "fuzzy_match", "weighted ratio as RapidFuzz has it", FuzzyRatio.Of),
        new("bleu", "bleu", "shared runs of 1 to 4 tokens", Bleu.Score),
        new("gleu", "gleu", "shared runs of 1 to 4 tokens, the lower of precision and recall", Bleu.Google),
        new("meteor", "meteor", "matched words, stems and their order", Meteor.Score),
        new("rouge1", "rouge_1", "shared words", (candidate, reference) => Rouge.OfRuns(candidate, reference, 1)),
        new("rouge2", "rouge_2", "shared pairs of words", (candidate, reference) => Rouge.OfRuns(candidate, reference, 2)),
        new("rouge3", "rouge_3", "", (candidate, reference) => Rouge.OfRuns(candidate, reference, 3)),
        new("rouge4", "rouge_4", "", (candidate, reference) => Rouge.OfRuns(candidate, reference, 4)),
        new("rouge5", "rouge_5", "", (candidate, reference) => Rouge.OfRuns(candidate, reference, 5)),
        new("rougeL", "rouge_l", "longest common subsequence of words", Rouge.OfSubsequence),
        new("cosine", "cosine", "bags of words", Cosine.Score),
    ];

    /// <summary>Texts that are equal but for the space around them are alike by 1, also where they have no words; else an empty one is like none.</summary>
    public double Of(string candidate, string reference)
    {
        (candidate, reference) = (candidate.Trim(), reference.Trim());
        return candidate == reference ? 1 : candidate.Length == 0 || reference.Length == 0 ? 0 : Math.Clamp(Compare(candidate, reference), 0, 1);
    }

    static double EditDistanceOf(string candidate, string reference) =>
        EditDistance.Similarity(TextNormal.Of(candidate), TextNormal.Of(reference));
}
