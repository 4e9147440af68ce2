using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>JSON as a sentence quotes it.</summary>
static class JsonWords
{
    const int Most = 60;

    public static string Show(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        _ when json.GetRawText() is { Length: > Most } text => $"{text[..Most]}…",
        _ => json.GetRawText(),
    };

    /// <summary>The member if it is there, else what counts as missing.</summary>
    public static JsonElement Member(this JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) ? value : default;

    /// <summary>The member's text, or null if it is none.</summary>
    public static string? Text(this JsonElement json, string key) =>
        json.Member(key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool IsNothing(this JsonElement json) => json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
