using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary><c>type</c>, <c>enum</c>, <c>const</c>.</summary>
static class ValueKeywords
{
    static readonly string[] _types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    public static IEnumerable<(string Name, KeywordReader Read)> All => [("type", Type), ("enum", Enum), ("const", Const)];

    static SchemaRule? Type(SchemaForm form, JsonElement value)
    {
        var names = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : form.Names("type", value);
        if (names is null)
        {
            return null;
        }

        if (names.Count == 0 || names.Any(name => !_types.Contains(name)))
        {
            form.Problem("type", value, $"one or more of {string.Join(", ", _types)}");
            return null;
        }

        return (run, json, _) => names.Any(name => Is(json, name))
            || run.Fail($"is {GraderReader.Show(json)}, but needs to be of type {string.Join(" or ", names)}");
    }

    static bool Is(JsonElement json, string type) => type switch
    {
        "null" => json.ValueKind == JsonValueKind.Null,
        "boolean" => json.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => json.ValueKind == JsonValueKind.Object,
        "array" => json.ValueKind == JsonValueKind.Array,
        "number" => json.ValueKind == JsonValueKind.Number,
        "integer" => json.ValueKind == JsonValueKind.Number && JsonNumber.Of(json).IsWhole,
        _ => json.ValueKind == JsonValueKind.String,
    };

    static SchemaRule? Enum(SchemaForm form, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            form.Problem("enum", value, "a list of values");
            return null;
        }

        var allowed = value.EnumerateArray().Select(JsonCanon.Of).ToHashSet();
        string shown = GraderReader.Show(value);
        return (run, json, _) => allowed.Contains(JsonCanon.Of(json)) || run.Fail($"is {GraderReader.Show(json)}, but needs to be one of {shown}");
    }

    static SchemaRule Const(SchemaForm form, JsonElement value)
    {
        string wanted = JsonCanon.Of(value);
        string shown = GraderReader.Show(value);
        return (run, json, _) => JsonCanon.Of(json) == wanted || run.Fail($"is {GraderReader.Show(json)}, but needs to be {shown}");
    }
}
