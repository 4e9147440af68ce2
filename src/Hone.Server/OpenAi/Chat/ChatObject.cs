using System.Text.Json.Nodes;
using Hone.Grading.ToolCalls;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Chat;

/// <summary>What all pieces of one chat completion share, and their shapes.</summary>
sealed class ChatObject(ChatQuestion question, DateTimeOffset created)
{
    readonly string _id = $"chatcmpl-{Ids.New(24)}";

    public JsonObject Whole(JsonArray choices, TokenUsage? usage) => Head("chat.completion", choices, usage is null ? null : TokenJson.Usage(usage));

    public JsonObject Chunk(int index, JsonObject delta, IReadOnlyList<DrawnToken> tokens, string? finish = null) => Piece(
    [
        new JsonObject
        {
            ["index"] = index,
            ["delta"] = delta,
            ["logprobs"] = LogProbabilities(tokens),
            ["finish_reason"] = finish,
        },
    ], null);

    public JsonObject UsageChunk(TokenUsage usage) => Piece([], TokenJson.Usage(usage));

    public static JsonObject? LogProbabilities(IReadOnlyList<DrawnToken> tokens) =>
        tokens.Count == 0 ? null : new() { ["content"] = TokenJson.Content(tokens), ["refusal"] = null };

    /// <param name="isDelta">Pieces of a stream number their calls.</param>
    public static JsonArray Calls(IReadOnlyList<ToolCall> calls, bool isDelta) => [.. calls.Select((call, i) =>
    {
        var json = new JsonObject
        {
            ["id"] = $"call_{Ids.New(24)}",
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.ArgumentsText },
        };
        if (isDelta)
        {
            json.Insert(0, "index", i);
        }

        return json;
    })];

    public static string Finish(FinishReason reason, bool calls) => reason == FinishReason.Length ? "length" : calls ? "tool_calls" : "stop";

    JsonObject Piece(JsonArray choices, JsonObject? usage)
    {
        var json = Head("chat.completion.chunk", choices, usage);
        if (!question.IncludesUsage)
        {
            json.Remove("usage");
        }

        return json;
    }

    JsonObject Head(string kind, JsonArray choices, JsonObject? usage) => new()
    {
        ["id"] = _id,
        ["object"] = kind,
        ["created"] = Answers.Seconds(created),
        ["model"] = question.Model,
        ["choices"] = choices,
        ["usage"] = usage,
        ["service_tier"] = "default",
        ["system_fingerprint"] = Answers.Fingerprint,
    };
}
