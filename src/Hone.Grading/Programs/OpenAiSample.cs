using System.Text.Json;

namespace Hone.Grading.Programs;

/// <summary>A completion and its record as OpenAI's graders see them.</summary>
static class OpenAiSample
{
    /// <summary><c>output_text</c>, <c>output_json</c> (null where the text is no JSON), <c>output_tools</c> and <c>choices</c>.</summary>
    public static void WriteSample(Utf8JsonWriter writer, GradingItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("output_text", item.Completion);
        WriteJson(writer, item.Completion);
        writer.WriteStartArray("output_tools");
        writer.WriteEndArray();
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        writer.WriteString("content", item.Completion);
        writer.WriteEndObject();
        writer.WriteString("finish_reason", item.Truncated ? "length" : "stop");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Every key of the record.</summary>
    public static void WriteItem(Utf8JsonWriter writer, GradingItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        if (!item.Metadata.ContainsKey("reference_answer") && item.Reference is { } reference)
        {
            writer.WriteString("reference_answer", reference);
        }

        foreach (var (key, value) in item.Metadata)
        {
            writer.WritePropertyName(key);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    static void WriteJson(Utf8JsonWriter writer, string text)
    {
        writer.WritePropertyName("output_json");
        try
        {
            using var document = JsonDocument.Parse(text);
            document.RootElement.WriteTo(writer);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            writer.WriteNullValue();
        }
    }
}
