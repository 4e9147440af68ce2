namespace Hone.Grading.Judges;

/// <summary>Graders that ask a language model.</summary>
static class JudgeKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("judge", JudgeGrader.Read),
    ];
}
