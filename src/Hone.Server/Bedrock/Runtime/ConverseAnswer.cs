using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Inference;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>An answer as Converse writes it, whole and as events.</summary>
static class ConverseAnswer
{
    public static JsonObject Whole(WholeAnswer answer, bool hasTools)
    {
        var (_, text, finish, _) = answer.First;
        JsonArray content = [.. Blocks(WholeAnswer.Parts(text, hasTools))];
        return new()
        {
            ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } },
            ["stopReason"] = StopReason(finish, content.Any(block => block!["toolUse"] is not null)),
            ["usage"] = Usage(answer.Usage),
        };
    }

    public static string StopReason(FinishReason finish, bool calls) => finish switch
    {
        FinishReason.Length => "max_tokens",
        _ when calls => "tool_use",
        FinishReason.StopText => "stop_sequence",
        _ => "end_turn",
    };

    /// <summary>inputTokens counts those of the prompt that were in the cache, too; cacheReadInputTokens says how many.</summary>
    public static JsonObject Usage(TokenUsage usage) => new()
    {
        ["inputTokens"] = usage.Prompt,
        ["outputTokens"] = usage.Completion,
        ["totalTokens"] = usage.Prompt + usage.Completion,
        ["cacheReadInputTokens"] = usage.Cached,
        ["cacheWriteInputTokens"] = 0,
    };

    public static string NewToolUseId() => "tooluse_" + Ids.New(22);

    /// <summary>Arguments that are no JSON are handed on as a text: the caller sees what the model wrote.</summary>
    public static JsonNode? Input(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments);
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonValue.Create(arguments);
        }
    }

    static IEnumerable<JsonObject> Blocks(IReadOnlyList<AnswerPart> parts)
    {
        foreach (var part in parts)
        {
            yield return part switch
            {
                ReasoningPart reasoning => new()
                {
                    ["reasoningContent"] = new JsonObject { ["reasoningText"] = new JsonObject { ["text"] = reasoning.Text } },
                },
                CallPart call => new()
                {
                    ["toolUse"] = new JsonObject { ["toolUseId"] = NewToolUseId(), ["name"] = call.Name, ["input"] = Input(call.Arguments) },
                },
                TextPart text => new() { ["text"] = text.Text },
                _ => throw new InvalidOperationException($"An answer has no part {part}."),
            };
        }

        if (parts.Count == 0)
        {
            yield return new() { ["text"] = "" };
        }
    }
}
