using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading.Rules;

/// <summary>Graders as settings describe them, and items whose reference answer is any JSON.</summary>
static class RuleTables
{
    public static IGrader Build(string json)
    {
        var settings = GraderSettings.Parse(json);
        Assert.Empty(settings.Problems("grader"));
        return settings.Build();
    }

    public static async Task<Grade> Grade(string grader, string completion, string? reference = null) =>
        await Build(grader).GradeOne(Items.Of(completion, reference));

    /// <param name="json">The reference answer as a record writes it.</param>
    public static GradingItem ItemOf(string completion, string json)
    {
        var reference = JsonElement.Parse(json);
        return Items.Of(completion, reference.ValueKind == JsonValueKind.String ? reference.GetString() : json)
            with
        { Metadata = new Dictionary<string, JsonElement> { ["reference_answer"] = reference } };
    }

    public static string[] Problems(string json) => [.. GraderSettings.Parse(json).Problems("grader")];
}
