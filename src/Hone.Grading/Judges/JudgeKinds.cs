using Hone.Grading.Judges.ModelGraders;

namespace Hone.Grading.Judges;

/// <summary>Graders that ask a language model.</summary>
static class JudgeKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("judge", JudgeGrader.Read),
        ("score_model", ScoreModelGrader.Read),
        ("label_model", LabelModelGrader.Read),
    ];
}
