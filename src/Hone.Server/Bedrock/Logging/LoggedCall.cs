using System.Text.Json.Nodes;
using Hone.Server.Accounts;

namespace Hone.Server.Bedrock.Logging;

/// <summary>A call of a model, as the log keeps it.</summary>
/// <param name="Operation">InvokeModel, InvokeModelWithResponseStream, Converse, ConverseStream, or another surface's route.</param>
/// <param name="ModelId">As the caller wrote it.</param>
/// <param name="Output">Null for a call that failed.</param>
/// <param name="ErrorCode">AWS's code of what went wrong.</param>
public sealed record LoggedCall(
    Caller Caller, string RequestId, DateTimeOffset At, string Operation, string ModelId, JsonNode Input, JsonNode? Output, int InputTokens,
    int OutputTokens, IReadOnlyDictionary<string, string>? Metadata = null, string? ErrorCode = null)
{
    /// <summary>An entry of schemaType ModelInvocationLog. Bodies are put in by who knows where they lie.</summary>
    internal JsonObject Entry(string region)
    {
        var entry = new JsonObject
        {
            ["schemaType"] = "ModelInvocationLog",
            ["schemaVersion"] = "1.0",
            ["timestamp"] = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["accountId"] = Caller.Account,
            ["identity"] = new JsonObject { ["arn"] = Arns.User(Caller) },
            ["region"] = region,
            ["requestId"] = RequestId,
            ["operation"] = Operation,
            ["modelId"] = ModelId,
        };
        if (ErrorCode is { } code)
        {
            entry["errorCode"] = code;
        }

        if (Metadata is { Count: > 0 } metadata)
        {
            entry["requestMetadata"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        }

        return entry;
    }
}
