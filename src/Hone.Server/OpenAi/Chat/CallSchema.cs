using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi.Chat;

/// <summary>JSON schemas of calls, so that a call can be asked for of any model.</summary>
static class CallSchema
{
    /// <summary>One of the functions with its arguments; or, with <paramref name="answer"/>, an answer that fits it.</summary>
    public static JsonObject Of(IEnumerable<(string Name, JsonNode Parameters)> functions, JsonNode? answer = null)
    {
        var choices = new JsonArray();
        foreach (var (name, parameters) in functions)
        {
            choices.Add((JsonNode)new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["name"] = new JsonObject { ["enum"] = new JsonArray(name) },
                    ["arguments"] = Moved(parameters, $"#/anyOf/{choices.Count}/properties/arguments"),
                },
                ["required"] = new JsonArray("name", "arguments"),
                ["additionalProperties"] = false,
            });
        }

        if (answer is not null)
        {
            choices.Add(Moved(answer, $"#/anyOf/{choices.Count}"));
        }

        return new() { ["anyOf"] = choices };
    }

    /// <summary>A copy for another place: its references from the root begin with <paramref name="place"/>.</summary>
    static JsonNode? Moved(JsonNode? schema, string place) => schema switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(
            member.Key, member.Key == "$ref" && Root(member.Value) is { } rest ? place + rest : Moved(member.Value, place)))),
        JsonArray items => new JsonArray([.. items.Select(item => Moved(item, place))]),
        _ => schema?.DeepClone(),
    };

    static string? Root(JsonNode? reference) =>
        reference?.GetValueKind() == JsonValueKind.String && reference.GetValue<string>() is ['#', .. var rest] && (rest.Length == 0 || rest[0] == '/')
            ? rest
            : null;
}
