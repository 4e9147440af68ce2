namespace Hone.Grading.Rules;

/// <summary>Graders that look at the text alone.</summary>
static class RuleKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("finalNumber", FinalNumberGrader.Read),
        ("format", FormatGrader.Read),
        ("contains", ContainsGrader.Read),
    ];
}
