using System.Text.Json;
using Hone.Grading.OpenAi;

namespace Hone.Grading.Programs;

/// <summary>A completion and its record as OpenAI's graders see them.</summary>
static class OpenAiSample
{
    /// <summary><c>output_text</c>, <c>output_json</c> (null where the text is no JSON), <c>output_tools</c> and <c>choices</c>.</summary>
    public static void WriteSample(Utf8JsonWriter writer, GradingItem item)
    {
        var sample = new GraderValues(item).Sample;
        writer.WriteStartObject();
        foreach (var member in sample.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        // A program reads keys without asking whether they are there.
        if (!sample.TryGetProperty("output_json", out _))
        {
            writer.WriteNull("output_json");
        }

        if (!sample.TryGetProperty("output_tools", out _))
        {
            writer.WriteStartArray("output_tools");
            writer.WriteEndArray();
        }

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
}
