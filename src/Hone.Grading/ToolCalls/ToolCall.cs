using System.Text.Json;
using Hone.Grading.Json;

namespace Hone.Grading.ToolCalls;

/// <summary>One call of a tool.</summary>
/// <param name="ArgumentsText">The arguments as JSON text, as they were written.</param>
/// <param name="Arguments">Null where that text is not an object.</param>
public sealed record ToolCall(string Name, string ArgumentsText, JsonElement? Arguments)
{
    /// <summary>A call in any of the usual forms: <c>{"name","arguments"}</c>, <c>{"name","parameters"}</c>, <c>{"function":{…}}</c>; the
    /// arguments as an object or as its JSON text.</summary>
    public static ToolCall? Of(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
        {
            json = function;
        }

        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return json.TryGetProperty("arguments", out var arguments) || json.TryGetProperty("parameters", out arguments)
            ? Of(name.GetString()!, arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText())
            : null;
    }

    /// <summary>No text at all is a call without arguments.</summary>
    public static ToolCall Of(string name, string arguments)
    {
        string text = string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments.Trim();
        return new(name, text, JsonText.Parse(text, out _) is { ValueKind: JsonValueKind.Object } json ? json : null);
    }

    /// <summary>The calls of a list, of <c>{"tool_calls":[…]}</c>, or of one alone; null where it is none of these.</summary>
    public static IReadOnlyList<ToolCall>? ListOf(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("tool_calls", out var listed))
        {
            json = listed;
        }

        ToolCall?[] calls = json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(Of)] : [Of(json)];
        return calls.All(call => call is not null) ? [.. calls.OfType<ToolCall>()] : null;
    }
}
