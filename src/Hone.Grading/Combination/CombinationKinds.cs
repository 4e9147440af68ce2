namespace Hone.Grading.Combination;

/// <summary>Graders made of graders, and what only makes sense as a part of one.</summary>
static class CombinationKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("weighted", WeightedGrader.Read),
        ("gate", GateGrader.Read),
        ("max", ChosenScoreGrader.ReadMax),
        ("min", ChosenScoreGrader.ReadMin),
        ("product", ChosenScoreGrader.ReadProduct),
        ("clip", BoundedGrader.ReadClip),
        ("scale", BoundedGrader.ReadScale),
        ("overlong", OverlongGrader.Read),
    ];
}
