using System.Text.Json;

namespace Hone.Text;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks: system, user, assistant …</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Further fields that a template may read, such as reasoning_content. Fields that are null are left out.</summary>
    public IReadOnlyDictionary<string, object?>? Extra { get; init; }

    /// <summary>The whole message as it was written; when it is there, the template sees it and none of the other members.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>A message as an API or a file writes it: tool calls, reasoning, content in parts and fields nobody here knows all reach the template.</summary>
    /// <param name="json">An object. Copied.</param>
    public static ChatMessage Read(JsonElement json)
    {
        string role = json.TryGetProperty("role", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        return new(role, json.TryGetProperty("content", out var content) ? Words(content) : "") { Json = json.Clone() };
    }

    /// <summary>The text of a content: itself, or its text parts one after another.</summary>
    static string Words(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.String ? part.GetString()
            : part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()
            : "")),
        _ => "",
    };

    internal IEnumerable<KeyValuePair<string, object?>> Fields() => Json is { } json
        ? json.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, (object?)field.Value))
        : [new("role", Role), new("content", Content), .. Extra ?? new Dictionary<string, object?>()];
}
