using System.Text;
using System.Text.Json;

namespace Hone.Server;

/// <summary>JSON that somebody sent.</summary>
static class SentJson
{
    static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false };

    /// <summary>An object whose keys are there once and whose texts are Unicode.</summary>
    /// <exception cref="ApiProblem">It is none; with the code where it is not JSON at all.</exception>
    public static JsonElement Parse(byte[] bytes, string? code = null)
    {
        try
        {
            RequireText(bytes);
            var json = JsonElement.Parse(bytes, _options);
            return json.ValueKind == JsonValueKind.Object
                ? json
                : throw ApiProblem.Invalid($"The body is {Show(json)}, but needs to be a JSON object.");
        }
        catch (JsonException e)
        {
            string why = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            string place = e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}: " : "";
            throw new ApiProblem(ProblemKind.Invalid, $"The body is not JSON that can be read: {place}{why}") { Code = code };
        }
    }

    /// <summary>A value as sentences name it.</summary>
    public static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{Shorten(value.GetString()!)}'",
        _ => Shorten(value.GetRawText()),
    };

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";

    // Half of a surrogate pair ("\ud800" alone) and broken UTF-8 are JSON to the parser until somebody asks for the text.
    static void RequireText(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            if (bytes.AsSpan().IndexOf("\\u"u8) < 0)
            {
                return;
            }

            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            throw ApiProblem.Invalid("The body holds a text that is not Unicode: broken UTF-8, or half of a surrogate pair such as \\ud800 alone.");
        }
    }
}
