namespace Hone.Grading.Programs;

/// <summary>Graders that run code in worker processes.</summary>
static class ProgramKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("python", PythonGrader.Read),
        ("process", ProcessGrader.Read),
        ("codeTests", CodeTestsGrader.Read),
        ("sqlResult", SqlResultGrader.Read),
    ];
}
