using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Tests.Models.Sampling.Constraints;

/// <summary>Whether a value is what a schema says: the keywords of <see cref="RandomSchema"/>, as the standard defines them.</summary>
static class SchemaCheck
{
    public static bool Holds(JsonNode root, JsonNode schema, JsonNode? value)
    {
        if (schema["$ref"] is { } reference)
        {
            return Holds(root, root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!, value);
        }

        return (schema["anyOf"] is not JsonArray any || any.Any(one => Holds(root, one!, value)))
            && (schema["enum"] is not JsonArray allowed || allowed.Any(one => JsonNode.DeepEquals(one, value)))
            && (schema["const"] is not { } constant || JsonNode.DeepEquals(constant, value))
            && (schema["type"] is not { } type || (type as JsonArray ?? [type.DeepClone()]).Any(one => IsOf(one!.GetValue<string>(), value)))
            && (value is not JsonObject members || Object(root, schema, members))
            && (value is not JsonArray items || Array(root, schema, items))
            && (value?.GetValueKind() != JsonValueKind.String || Within(schema, "minLength", "maxLength", value.GetValue<string>().EnumerateRunes().Count()));
    }

    static bool Object(JsonNode root, JsonNode schema, JsonObject value)
    {
        var properties = schema["properties"] as JsonObject;
        return (schema["required"] as JsonArray ?? []).All(name => value.ContainsKey(name!.GetValue<string>()))
            && value.All(member => properties?[member.Key] is { } known
                ? Holds(root, known, member.Value)
                : schema["additionalProperties"] is not { } others || (others is JsonObject ? Holds(root, others, member.Value) : others.GetValue<bool>()));
    }

    static bool Array(JsonNode root, JsonNode schema, JsonArray value) =>
        Within(schema, "minItems", "maxItems", value.Count) && (schema["items"] is not { } items || value.All(item => Holds(root, items, item)));

    static bool Within(JsonNode schema, string least, string most, int count) =>
        count >= (schema[least]?.GetValue<int>() ?? 0) && count <= (schema[most]?.GetValue<int>() ?? int.MaxValue);

    static bool IsOf(string type, JsonNode? value) => value?.GetValueKind() switch
    {
        null => type == "null",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && decimal.IsInteger(value.GetValue<JsonElement>().GetDecimal())),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Object => type == "object",
        _ => type == "array",
    };
}
