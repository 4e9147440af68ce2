using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>What a call answered, from the body of its response: a text, or with calls of tools <c>{"text":…,"tool_calls":[…]}</c>.</summary>
static class LoggedAnswer
{
    /// <returns>Null where it holds no answer in text.</returns>
    public static JsonNode? Of(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Array => Text(string.Concat(body.EnumerateArray().Select(Delta))),
        JsonValueKind.Object => Message(body),
        _ => null,
    };

    static JsonNode? Message(JsonElement body)
    {
        var message = body.Member("output").Member("message");
        message = message.IsNothing() ? First(body, "choices").Member("message") : message;
        message = message.IsNothing() ? body : message;
        return message.Member("content") switch
        {
            { ValueKind: JsonValueKind.Array } parts => Parts(parts),
            { ValueKind: JsonValueKind.String } text => Spoken(text.GetString()!, message),
            _ when message.Member("tool_calls").ValueKind == JsonValueKind.Array => Spoken("", message),
            _ => Text(Plain(body)),
        };
    }

    static JsonNode? Parts(JsonElement parts)
    {
        string text = string.Concat(parts.EnumerateArray().Select(LoggedParts.Text));
        JsonArray calls = [.. parts.EnumerateArray().Select(LoggedParts.Call).OfType<JsonObject>()];
        return Together(text, calls);
    }

    static JsonNode? Spoken(string text, JsonElement message) =>
        Together(text, message.Member("tool_calls") is { ValueKind: JsonValueKind.Array } calls ? JsonArray.Create(calls)! : []);

    static JsonNode? Together(string text, JsonArray calls)
    {
        if (calls.Count == 0)
        {
            return Text(text);
        }

        var answer = new JsonObject();
        if (!string.IsNullOrWhiteSpace(text))
        {
            answer["text"] = text;
        }

        answer["tool_calls"] = calls;
        return answer;
    }

    static JsonValue? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : JsonValue.Create(text.Trim());

    // Llama, Titan, Mistral, Cohere, and Anthropic's first interface.
    static string? Plain(JsonElement body) =>
        body.Text("generation") ?? body.Text("outputText") ?? First(body, "results").Text("outputText") ?? First(body, "outputs").Text("text")
        ?? body.Text("completion") ?? body.Text("text") ?? First(body, "generations").Text("text") ?? First(body, "choices").Text("text");

    // One event of a streamed response.
    static string? Delta(JsonElement chunk) =>
        chunk.Text("type") == "content_block_delta" ? chunk.Member("delta").Text("text")
        : chunk.Member("contentBlockDelta").Member("delta").Text("text") ?? First(chunk, "choices").Member("delta").Text("content")
        ?? (chunk.Text("event_type") == "stream-end" ? null : Plain(chunk));

    static JsonElement First(JsonElement json, string list) =>
        json.Member(list) is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0 ? items[0] : default;
}
