using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Chat;

namespace Hone.Server.OpenAi.Completions;

/// <summary>A completion, and pieces of one, in OpenAI's shape.</summary>
sealed class TextObject(TextQuestion question, DateTimeOffset created)
{
    readonly string _id = $"cmpl-{Ids.New(24)}";

    public JsonObject Of(JsonArray choices, TokenUsage? usage)
    {
        var json = new JsonObject
        {
            ["id"] = _id,
            ["object"] = "text_completion",
            ["created"] = Answers.Seconds(created),
            ["model"] = question.Model,
            ["choices"] = choices,
            ["system_fingerprint"] = Answers.Fingerprint,
        };
        if (!question.Streams || question.IncludesUsage)
        {
            json["usage"] = usage is null ? null : TokenJson.Usage(usage);
        }

        return json;
    }

    /// <param name="offset">Characters of the completion before these tokens.</param>
    public static JsonObject Choice(int index, string text, IReadOnlyList<DrawnToken> tokens, int offset, FinishReason? finish) => new()
    {
        ["text"] = text,
        ["index"] = index,
        ["logprobs"] = tokens.Count == 0 ? null : LogProbabilities(tokens, offset),
        ["finish_reason"] = finish switch { null => null, FinishReason.Length => "length", _ => "stop" },
    };

    static JsonObject LogProbabilities(IReadOnlyList<DrawnToken> tokens, int offset)
    {
        var offsets = new JsonArray();
        foreach (var token in tokens)
        {
            offsets.Add((JsonNode)offset);
            offset += token.Token.Text.Length;
        }

        return new()
        {
            ["tokens"] = new JsonArray([.. tokens.Select(token => (JsonNode)token.Token.Text)]),
            ["token_logprobs"] = new JsonArray([.. tokens.Select(token => (JsonNode)TokenJson.LogProbability(token.Token))]),
            ["top_logprobs"] = new JsonArray([.. tokens.Select(Top)]),
            ["text_offset"] = offsets,
        };
    }

    // Several tokens may have the same text, such as half of a character: the likeliest of them is told.
    static JsonObject Top(DrawnToken token)
    {
        var top = new JsonObject();
        foreach (var chance in token.Top)
        {
            top.TryAdd(chance.Text, TokenJson.LogProbability(chance));
        }

        return top;
    }
}
