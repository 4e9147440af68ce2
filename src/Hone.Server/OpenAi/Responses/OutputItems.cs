using System.Text.Json.Nodes;
using Hone.Grading.ToolCalls;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Chat;

namespace Hone.Server.OpenAi.Responses;

/// <summary>Shapes of what a response puts out: a message, and calls of functions.</summary>
static class OutputItems
{
    public static string MessageId() => $"msg_{Ids.New(32)}";

    /// <param name="part">Null: the message has only begun.</param>
    public static JsonObject Message(string id, string status, JsonObject? part) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["status"] = status,
        ["role"] = "assistant",
        ["content"] = part is null ? [] : new JsonArray(part),
    };

    public static JsonObject Text(string text, IReadOnlyList<DrawnToken> tokens) => new()
    {
        ["type"] = "output_text",
        ["text"] = text,
        ["annotations"] = new JsonArray(),
        ["logprobs"] = TokenJson.Content(tokens),
    };

    public static JsonObject Call(ToolCall call) => new()
    {
        ["id"] = $"fc_{Ids.New(32)}",
        ["type"] = "function_call",
        ["status"] = "completed",
        ["call_id"] = $"call_{Ids.New(24)}",
        ["name"] = call.Name,
        ["arguments"] = call.ArgumentsText,
    };
}
