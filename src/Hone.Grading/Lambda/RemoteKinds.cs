namespace Hone.Grading.Lambda;

/// <summary>Graders that run elsewhere.</summary>
static class RemoteKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("http", HttpFunction.Read),
        ("lambda", LambdaFunction.Read),
    ];
}
