using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>Parts of a message, as Converse and Anthropic write them.</summary>
static class LoggedParts
{
    /// <summary>A part's text, or null if it is another kind.</summary>
    public static string? Text(JsonElement part) =>
        part.Text("type") is null or "text" ? part.Text("text") ?? part.Member("guardContent").Member("text").Text("text") : null;

    /// <summary>A call of a tool as chat completions write it, or null.</summary>
    public static JsonObject? Call(JsonElement part)
    {
        var call = part.Text("type") == "tool_use" ? part : part.Member("toolUse");
        if (call.ValueKind != JsonValueKind.Object || call.Text("name") is not { } name)
        {
            return null;
        }

        var input = call.Member("input");
        return new()
        {
            ["id"] = call.Text("toolUseId") ?? call.Text("id"),
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = name,
                ["arguments"] = input.ValueKind == JsonValueKind.Object ? JsonObject.Create(input) : new JsonObject(),
            },
        };
    }

    /// <summary>What a tool answered, as a turn of its own, or null.</summary>
    public static JsonObject? Result(JsonElement part)
    {
        var result = part.Text("type") == "tool_result" ? part : part.Member("toolResult");
        if (result.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var content = result.Member("content");
        string text = content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(ResultText)),
            _ => "",
        };
        return new()
        {
            ["role"] = "tool",
            ["tool_call_id"] = result.Text("toolUseId") ?? result.Text("tool_use_id"),
            ["content"] = text,
        };
    }

    static string ResultText(JsonElement part) => Text(part) ?? (part.Member("json").IsNothing() ? "" : part.Member("json").GetRawText());
}
