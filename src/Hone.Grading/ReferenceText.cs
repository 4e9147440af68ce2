using System.Text.Json;

namespace Hone.Grading;

/// <summary>A known answer as the text that a grader compares with: a text itself, of an object the answer in it, else its JSON.</summary>
public static class ReferenceText
{
    static readonly string[] _answerKeys = ["final_answer", "text", "answer"];

    /// <returns>Null where there is none.</returns>
    public static string? Of(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => answer.GetString(),
        JsonValueKind.Object => _answerKeys.Select(key => Text(answer, key)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? answer.GetRawText(),
        _ => answer.GetRawText(),
    };

    static string? Text(JsonElement answer, string key) =>
        answer.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
