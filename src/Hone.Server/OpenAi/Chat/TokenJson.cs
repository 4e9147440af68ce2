using System.Text.Json.Nodes;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Tokens, their log-probabilities and their numbers in OpenAI's shapes.</summary>
static class TokenJson
{
    public static JsonArray Content(IEnumerable<DrawnToken> tokens) => [.. tokens.Select(token =>
    {
        var json = Chance(token.Token);
        json["top_logprobs"] = new JsonArray([.. token.Top.Select(Chance)]);
        return json;
    })];

    public static JsonObject Usage(TokenUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Prompt,
        ["completion_tokens"] = usage.Completion,
        ["total_tokens"] = usage.Prompt + usage.Completion,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = 0,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };

    static JsonObject Chance(TokenChance chance) => new()
    {
        ["token"] = chance.Text,
        ["logprob"] = LogProbability(chance),
        ["bytes"] = new JsonArray([.. chance.Bytes.Select(value => (JsonNode)(int)value)]),
    };

    // JSON has no infinity; OpenAI writes this number for what cannot be drawn.
    public static double LogProbability(TokenChance chance) => Math.Max(chance.LogProbability, -9999);
}
