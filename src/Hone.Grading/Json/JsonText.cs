using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>JSON as strangers write it: strict, bounded, without the two things that are JSON and mean nothing certain.</summary>
/// <remarks>Refused beside what the grammar refuses: nesting deeper than <see cref="Deepest"/>, a key named twice in one object (readers differ
/// on which one counts) and half a surrogate pair (no text).</remarks>
static class JsonText
{
    public const int Deepest = 64;

    static readonly JsonDocumentOptions _strict = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <returns>Null where the text is not JSON; the problem then ends a sentence that begins with "it".</returns>
    public static JsonElement? Parse(string text, out string problem)
    {
        problem = "";
        try
        {
            var json = JsonElement.Parse(text, _strict);
            if (!text.Contains("\\u", StringComparison.Ordinal) || AllTextsAreText(json))
            {
                return json;
            }

            problem = "holds half of a surrogate pair";
        }
        catch (JsonException e)
        {
            problem = Explain(e, text);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            problem = "holds half of a surrogate pair";
        }

        return null;
    }

    static string Explain(JsonException e, string text) =>
        string.IsNullOrWhiteSpace(text) ? "is empty"
        : e.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase) ? "names a key twice in one object"
        : e.Message.Contains("maximum", StringComparison.OrdinalIgnoreCase) ? $"is nested deeper than {Deepest}"
        : $"is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";

    static bool AllTextsAreText(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return IsText(json.GetString);
            case JsonValueKind.Array:
                return json.EnumerateArray().All(AllTextsAreText);
            case JsonValueKind.Object:
                return json.EnumerateObject().All(member => IsText(() => member.Name) && AllTextsAreText(member.Value));
            default:
                return true;
        }
    }

    static bool IsText(Func<string?> read)
    {
        try
        {
            return read() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
