using System.Text.Json.Nodes;
using Hone.Server.Queue;

namespace Hone.Server.Runs;

/// <summary>Reads and writes words of the wire.</summary>
static class Words
{
    public static string Of(JobStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The text under a key; null where there is none.</summary>
    public static string? Text(this JsonObject body, string key) => body[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        var other => throw ApiProblem.Invalid($"{key} is {other.ToJsonString()}, but needs to be text in quotes.", key),
    };

    public static string RequiredText(this JsonObject body, string key) => body.Text(key) is { Length: > 0 } text
        ? text
        : throw ApiProblem.Invalid($"{key} is missing; it needs to be text in quotes.", key);

    public static bool Flag(this JsonObject body, string key) => body[key] switch
    {
        null => false,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        var other => throw ApiProblem.Invalid($"{key} is {other.ToJsonString()}, but needs to be true or false.", key),
    };

    public static int? Whole(this JsonObject body, string key) => body[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out int number) => number,
        var other => throw ApiProblem.Invalid($"{key} is {other.ToJsonString()}, but needs to be a whole number.", key),
    };

    public static JsonObject? Object(this JsonObject body, string key) => body[key] switch
    {
        null => null,
        JsonObject found => found,
        var other => throw ApiProblem.Invalid($"{key} is {other.ToJsonString()}, but needs to be an object in braces.", key),
    };
}
