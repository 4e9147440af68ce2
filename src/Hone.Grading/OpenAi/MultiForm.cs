using System.Text.Json;

namespace Hone.Grading.OpenAi;

/// <summary>Reads the <c>graders</c> of a multi grader: an object of graders by name, a list of graders that have names, or one of them.</summary>
static class MultiForm
{
    /// <returns>The names, each with its grader or null where that has problems; null where there are no names.</returns>
    public static IReadOnlyList<(string Name, IGrader? Grader)>? Parts(GraderForm form)
    {
        var parts = form.Any("graders") switch
        {
            { ValueKind: JsonValueKind.Object } one when one.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String =>
                [Part(form, NameOf(one), one, "graders")],
            { ValueKind: JsonValueKind.Object } named => named.EnumerateObject()
                .Select(member => Part(form, member.Name, member.Value, $"graders.{member.Name}")).ToList(),
            { ValueKind: JsonValueKind.Array } listed => listed.EnumerateArray()
                .Select((grader, i) => Part(form, NameOf(grader), grader, $"graders[{i}]")).ToList(),
            _ => new List<(string Name, IGrader? Grader)>(),
        };
        if (parts.Count == 0)
        {
            form.Problem($"{form.Path}.graders is {(form.Has("graders") ? form.Show("graders") : "missing")}, but needs to be an object of graders "
                + "by name, such as {\"exact\":{\"type\":\"string_check\",…}}.");
            return null;
        }

        foreach (string twice in parts.GroupBy(part => part.Name).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            form.Problem($"{form.Path}.graders has two graders of the name \"{twice}\"; give each its own.");
        }

        return parts.DistinctBy(part => part.Name).Count() == parts.Count ? parts : null;
    }

    static (string Name, IGrader? Grader) Part(GraderForm form, string name, JsonElement json, string place)
    {
        bool isName = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_');
        if (!isName)
        {
            form.Problem($"{form.Path}.{place} has the name \"{name}\", but needs one that a formula can hold: letters, digits and low lines.");
        }

        return (name, form.GraderAt(json, $"{form.Path}.{place}"));
    }

    static string NameOf(JsonElement grader) =>
        grader.ValueKind == JsonValueKind.Object && grader.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : "";
}
