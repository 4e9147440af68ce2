using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>A known answer as the text that a grader compares with: a text itself, of an object the answer in it, else its JSON.</summary>
static class ReferenceText
{
    static readonly string[] _answerKeys = ["final_answer", "text", "answer"];

    /// <returns>Null where no answer is known.</returns>
    public static string? Of(KnownAnswer answer, Action<string> problem)
    {
        var (json, place) = answer;
        if (json.IsNothing())
        {
            return null;
        }

        if (IsEmpty(json))
        {
            problem($"{place} is empty; write the answer, or leave the key out where none is known.");
            return null;
        }

        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Object => _answerKeys.Select(key => json.Text(key)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? json.GetRawText(),
            _ => json.GetRawText(),
        };
    }

    static bool IsEmpty(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(json.GetString()),
        JsonValueKind.Object => !json.EnumerateObject().Any(),
        JsonValueKind.Array => json.GetArrayLength() == 0,
        _ => false,
    };
}
