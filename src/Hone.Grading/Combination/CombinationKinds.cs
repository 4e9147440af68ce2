namespace Hone.Grading.Combination;

/// <summary>Graders made of graders.</summary>
static class CombinationKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("weighted", WeightedGrader.Read),
    ];
}
