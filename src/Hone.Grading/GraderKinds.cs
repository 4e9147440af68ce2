using Hone.Grading.Combination;
using Hone.Grading.CSharp;
using Hone.Grading.Json;
using Hone.Grading.Judges;
using Hone.Grading.Lambda;
using Hone.Grading.OpenAi;
using Hone.Grading.Programs;
using Hone.Grading.Rules;
using Hone.Grading.Similarity;
using Hone.Grading.ToolCalls;

namespace Hone.Grading;

/// <summary>Every kind of grader, by the name that settings call it. A function returns null where it told a problem.</summary>
static class GraderKinds
{
    /// <summary>Formats that name no kind: what they hold is below this key.</summary>
    public static IReadOnlyDictionary<string, Func<GraderForm, IGrader?>> Wrapped { get; } =
        new Dictionary<string, Func<GraderForm, IGrader?>> { ["graderConfig"] = LambdaFunction.Read };

    public static IReadOnlyDictionary<string, Func<GraderForm, IGrader?>> All { get; } =
        new[]
        {
            RuleKinds.All,
            CombinationKinds.All,
            JudgeKinds.All,
            JsonKinds.All,
            ToolCallKinds.All,
            SimilarityKinds.All,
            OpenAiKinds.All,
            ProgramKinds.All,
            CSharpKinds.All,
            RemoteKinds.All,
        }.SelectMany(kinds => kinds).ToDictionary(kind => kind.Name, kind => kind.Read);
}
