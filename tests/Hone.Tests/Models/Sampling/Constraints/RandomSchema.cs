using System.Text.Json.Nodes;

namespace Hone.Tests.Models.Sampling.Constraints;

/// <summary>Schemas of every form that completions are held to, from a seed.</summary>
sealed class RandomSchema(int seed)
{
    readonly Random _random = new(seed);
    int _names;

    /// <summary>With a recursive definition that anything in it may refer to.</summary>
    public JsonObject Next()
    {
        var schema = Object(3);
        schema["$defs"] = new JsonObject
        {
            ["tree"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["leaf"] = new JsonObject { ["type"] = "boolean" },
                    ["next"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/$defs/tree" }, new JsonObject { ["type"] = "null" }) },
                },
                ["required"] = new JsonArray("leaf", "next"),
                ["additionalProperties"] = false,
            },
        };
        return schema;
    }

    JsonObject Schema(int depth) => _random.Next(depth > 0 ? 12 : 8) switch
    {
        0 => new() { ["type"] = "integer" },
        1 => new() { ["type"] = "number", ["description"] = "a number" },
        2 => new() { ["type"] = "boolean" },
        3 => new() { ["enum"] = new JsonArray("red", "größe", 4, 1.5, null, "a \"quoted\"\n one") },
        4 => new() { ["const"] = new JsonObject { ["fixed"] = new JsonArray(1, "two") } },
        5 => new() { ["type"] = new JsonArray("string", "null"), ["maxLength"] = _random.Next(1, 6) },
        6 => new() { ["type"] = "string", ["minLength"] = 2, ["maxLength"] = 9 },
        7 => new() { ["$ref"] = "#/$defs/tree" },
        8 => Object(depth - 1),
        9 => new() { ["type"] = "array", ["items"] = Schema(depth - 1), ["minItems"] = _random.Next(3), ["maxItems"] = _random.Next(2, 5) },
        10 => new() { ["anyOf"] = new JsonArray(Schema(depth - 1), Schema(depth - 1), new JsonObject { ["type"] = "boolean" }) },
        _ => new() { ["type"] = "object", ["additionalProperties"] = Schema(depth - 1) },
    };

    JsonObject Object(int depth)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            string name = $"key {++_names} \"ä";
            properties[name] = Schema(depth);
            if (_random.Next(3) > 0)
            {
                required.Add(name);
            }
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }
}
