namespace Hone.Grading.Similarity;

/// <summary>Graders of texts that are nearly right.</summary>
static class SimilarityKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All => [("similarity", SimilarityGrader.Read)];
}
