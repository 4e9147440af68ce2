using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>Tools that the template shows, and the schema of an answer that has to be a call of one of them.</summary>
sealed record ToolChoice(JsonArray? Tools, JsonNode? Forced);

/// <summary>Converse's toolConfig.</summary>
static class ConverseTools
{
    const int MostTools = 256;

    public static ToolChoice Read(Form config)
    {
        config.Require("tools", "a list of tools");
        JsonArray tools = [.. config.List("tools", 1, MostTools, Tool).Where(tool => tool.Count > 0)];
        string[] names = [.. tools.Select(tool => (string)tool!["function"]!["name"]!)];
        if (names.Distinct().Count() < names.Length)
        {
            config.Problem($"{config.At("tools")} names a tool twice; each needs a name of its own.");
        }

        var forced = config.Object("toolChoice", choice => Forced(choice, tools));
        return new(tools.Count > 0 ? tools : null, forced);
    }

    /// <summary>The schema of a call of any of these tools: its name and arguments that fit.</summary>
    public static JsonNode CallOf(IEnumerable<JsonNode?> tools)
    {
        JsonNode[] calls = [.. tools.Select(tool => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["const"] = (string)tool!["function"]!["name"]! },
                ["arguments"] = tool["function"]!["parameters"]?.DeepClone() ?? new JsonObject { ["type"] = "object" },
            },
            ["required"] = new JsonArray("name", "arguments"),
            ["additionalProperties"] = false,
        })];
        return calls.Length == 1 ? calls[0] : new JsonObject { ["anyOf"] = new JsonArray(calls) };
    }

    static JsonNode? Forced(Form choice, JsonArray tools)
    {
        choice.RequireOneOf("auto", "any", "tool");
        choice.Ignore("auto", "any");
        string? name = choice.Object("tool", tool => tool.RequiredText("name", 1, 256));
        if (name is null)
        {
            return choice.Has("any") && tools.Count > 0 ? CallOf(tools) : null;
        }

        if (tools.FirstOrDefault(tool => (string)tool!["function"]!["name"]! == name) is { } chosen)
        {
            return CallOf([chosen]);
        }

        choice.Problem($"{choice.At("tool")}.name is '{name}', but no tool has this name.");
        return null;
    }

    static JsonObject Tool(Form tool)
    {
        tool.Refuse("systemTool", "is not offered here");
        tool.Ignore("cachePoint");
        return tool.Object("toolSpec", spec =>
        {
            spec.Flag("strict");
            spec.Require("inputSchema", "an object with json");
            var function = new JsonObject { ["name"] = spec.RequiredText("name", 1, 64) };
            if (spec.Text("description") is { } description)
            {
                function["description"] = description;
            }

            function["parameters"] = spec.Object("inputSchema", schema =>
            {
                schema.RequireOneOf("json");
                return schema.Any("json") is { } json ? JsonNode.Parse(json.GetRawText()) : null;
            });
            return new JsonObject { ["type"] = "function", ["function"] = function };
        }) ?? [];
    }
}
