using Hone.Grading.Combination;
using Hone.Grading.Programs;
using Hone.Grading.Rules;

namespace Hone.Grading;

/// <summary>Every kind of grader, by the name that settings call it. A function returns null where it told a problem.</summary>
static class GraderKinds
{
    public static IReadOnlyDictionary<string, Func<GraderForm, IGrader?>> All { get; } =
        new[]
        {
            RuleKinds.All,
            CombinationKinds.All,
            ProgramKinds.All,
        }.SelectMany(kinds => kinds).ToDictionary(kind => kind.Name, kind => kind.Read);
}
