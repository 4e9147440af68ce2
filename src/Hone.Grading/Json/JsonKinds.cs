namespace Hone.Grading.Json;

/// <summary>Graders of answers that are JSON.</summary>
static class JsonKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All =>
    [
        ("jsonValid", JsonValidGrader.Read),
        ("jsonSchema", JsonSchemaGrader.Read),
        ("jsonFields", JsonFieldsGrader.Read),
    ];
}
