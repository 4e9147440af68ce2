namespace Hone.Grading.CSharp;

/// <summary>Graders that the user wrote in C#.</summary>
static class CSharpKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("csharp", CSharpGrader.Read),
    ];
}
