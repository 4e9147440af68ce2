using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>Where schemas stand inside of a schema.</summary>
static class SchemaChildren
{
    static readonly HashSet<string> _schemas =
    [
        "items", "additionalItems", "unevaluatedItems", "contains", "additionalProperties", "unevaluatedProperties", "propertyNames",
        "not", "if", "then", "else",
    ];

    static readonly HashSet<string> _lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

    static readonly HashSet<string> _maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

    /// <summary>The steps of a JSON pointer from a schema to the schemas in it.</summary>
    public static IEnumerable<(string Step, JsonElement Json)> Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (_schemas.Contains(keyword.Name) && IsSchema(keyword.Value))
            {
                yield return ($"/{keyword.Name}", keyword.Value);
            }
            else if (_lists.Contains(keyword.Name) && keyword.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var (index, item) in keyword.Value.EnumerateArray().Index())
                {
                    yield return ($"/{keyword.Name}/{index}", item);
                }
            }
            else if (_maps.Contains(keyword.Name) && keyword.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in keyword.Value.EnumerateObject().Where(member => IsSchema(member.Value)))
                {
                    yield return ($"/{keyword.Name}/{Escape(member.Name)}", member.Value);
                }
            }
        }
    }

    public static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static bool IsSchema(JsonElement json) => json.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;
}
