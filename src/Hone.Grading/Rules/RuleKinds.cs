using Hone.Grading.Rules.Choices;
using Hone.Grading.Rules.Languages;
using Hone.Grading.Rules.Mathematics;
using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules;

/// <summary>Graders that look at the text alone.</summary>
static class RuleKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("finalNumber", FinalNumberGrader.Read),
        ("format", FormatGrader.Read),
        ("exact", ExactGrader.Read),
        ("number", NumberGrader.Read),
        ("choice", ChoiceGrader.Read),
        ("math", MathGrader.Read),
        ("regex", RegexGrader.Read),
        ("contains", ContainsGrader.Read),
        ("excludes", ExcludesGrader.Read),
        ("tags", TagsGrader.Read),
        ("length", LengthGrader.Read),
        ("repetition", RepetitionGrader.Read),
        ("language", LanguageGrader.Read),
    ];
}
