using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>Names of fields: a member of the top object, or a JSON pointer that begins with <c>/</c>; "" is the whole.</summary>
static class JsonPath
{
    public static JsonElement? Find(JsonElement json, string name)
    {
        if (name.Length == 0)
        {
            return json;
        }

        string[] steps = name[0] == '/' ? [.. name.Split('/').Skip(1).Select(Unescape)] : [name];
        JsonElement? at = json;
        foreach (string step in steps)
        {
            at = Step(at!.Value, step);
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>The name of a member, as a pointer where it would be read as one.</summary>
    public static string OfMember(string name) =>
        name.Length > 0 && name[0] != '/' ? name
        : $"/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    static JsonElement? Step(JsonElement json, string step) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(step, out var member) ? member
        : json.ValueKind == JsonValueKind.Array && int.TryParse(step, out int index) && index >= 0 && index < json.GetArrayLength() ? json[index]
        : null;

    static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
