namespace Hone.Grading.OpenAi;

/// <summary>Graders as OpenAI's fine-tuning jobs describe them, named by <c>type</c>.</summary>
static class OpenAiKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("string_check", StringCheckGrader.Read),
        ("text_similarity", TextSimilarityGrader.Read),
        ("multi", MultiGrader.Read),
    ];
}
