using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>The tools of a call, as chat completions write them.</summary>
static class LoggedTools
{
    /// <returns>Null where there are none.</returns>
    public static JsonArray? Of(JsonElement body)
    {
        var list = body.Member("toolConfig").Member("tools");
        list = list.IsNothing() ? body.Member("tools") : list;
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        JsonArray tools = [.. list.EnumerateArray().Where(tool => tool.Member("cachePoint").IsNothing()).Select(Tool)];
        return tools.Count > 0 ? tools : null;
    }

    static JsonNode? Tool(JsonElement tool)
    {
        if (tool.Member("toolSpec") is { ValueKind: JsonValueKind.Object } specification)
        {
            return Function(specification, specification.Member("inputSchema").Member("json"));
        }

        return tool.Member("function").IsNothing() ? Function(tool, tool.Member("input_schema")) : JsonObject.Create(tool);
    }

    static JsonObject Function(JsonElement described, JsonElement schema)
    {
        var function = new JsonObject { ["name"] = described.Text("name") };
        if (described.Text("description") is { } description)
        {
            function["description"] = description;
        }

        if (schema.ValueKind == JsonValueKind.Object)
        {
            function["parameters"] = JsonObject.Create(schema);
        }

        return new() { ["type"] = "function", ["function"] = function };
    }
}
