using System.Text.Json;
using Hone.Grading.Json;
using Hone.Grading.Json.Schema;

namespace Hone.Grading.ToolCalls;

/// <summary>What the arguments of a call are held against.</summary>
public enum ArgumentMatch
{
    /// <summary>They equal the reference's: the same names and values; order, spacing and how numbers are written make no difference.</summary>
    Exact,

    /// <summary>Every argument of the reference is there with its value; others may be too.</summary>
    Subset,

    /// <summary>They fit the tool's <c>parameters</c> in the record's <c>tools</c>; the reference's values make no difference.</summary>
    Schema,

    /// <summary>The name alone counts.</summary>
    Ignore,
}

/// <summary>Compares the arguments of two calls of the same tool.</summary>
sealed class ToolArguments(ArgumentMatch match, GradingItem item)
{
    readonly Dictionary<string, JsonSchema?> _schemas = [];

    /// <summary>Why no arguments can be judged for a record; null where they can.</summary>
    public string? Problem(IEnumerable<ToolCall> expected)
    {
        if (match != ArgumentMatch.Schema)
        {
            return match == ArgumentMatch.Ignore || expected.All(call => call.Arguments is not null) ? null
                : "the reference answer has arguments that are no JSON object.";
        }

        return expected.FirstOrDefault(call => Schema(call.Name) is null) is { } unknown
            ? $"the record's tools have no parameters for \"{unknown.Name}\" that are a JSON Schema."
            : null;
    }

    public bool Agree(ToolCall expected, ToolCall given) => match switch
    {
        ArgumentMatch.Ignore => true,
        _ when given.Arguments is null => false,
        ArgumentMatch.Exact => JsonCanon.AreEqual(expected.Arguments!.Value, given.Arguments.Value),
        ArgumentMatch.Subset => expected.Arguments!.Value.EnumerateObject().All(argument =>
            given.Arguments.Value.TryGetProperty(argument.Name, out var value) && JsonCanon.AreEqual(argument.Value, value)),
        _ => Schema(expected.Name)!.Fits(given.Arguments.Value, out _),
    };

    JsonSchema? Schema(string name)
    {
        if (!_schemas.TryGetValue(name, out var schema))
        {
            schema = Parameters(name) is { } json ? JsonSchema.Read(json, "parameters", assertsFormats: false, _ => { }) : null;
            _schemas.Add(name, schema);
        }

        return schema;
    }

    JsonElement? Parameters(string name)
    {
        if (!item.Metadata.TryGetValue("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var listed in tools.EnumerateArray().Where(tool => tool.ValueKind == JsonValueKind.Object))
        {
            var tool = listed.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object ? function : listed;
            bool isNamed = tool.TryGetProperty("name", out var own) && own.ValueKind == JsonValueKind.String && own.GetString() == name;
            if (isNamed && (tool.TryGetProperty("parameters", out var parameters) || tool.TryGetProperty("input_schema", out parameters)))
            {
                return parameters;
            }
        }

        return null;
    }
}
