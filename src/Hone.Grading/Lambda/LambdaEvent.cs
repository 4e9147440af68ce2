using System.Buffers;
using System.Text.Json;

namespace Hone.Grading.Lambda;

/// <summary>How a reference answer that is a text reaches a reward function.</summary>
public enum ReferenceShape
{
    /// <summary>As the record has it.</summary>
    AsWritten,

    /// <summary>As <c>{"text":"…"}</c>, which the OpenAI-compatible endpoint of Bedrock sends.</summary>
    Object,
}

/// <summary>What a Bedrock reward function is called with: a list with one object for each completion.</summary>
/// <remarks>
/// <para><c>{"id":"…","messages":[…,{"role":"assistant","content":"the completion"}],"reference_answer":…,"metadata":{…}}</c></para>
/// <para>Every key of the record stands twice, at top level and in <c>metadata</c>: functions written for one place or the other work
/// unchanged. Where the record has an object <c>metadata</c> of its own, its keys are put into <c>metadata</c> too.</para>
/// </remarks>
public static class LambdaEvent
{
    const string ReferenceKey = "reference_answer";

    /// <summary>The whole event as JSON.</summary>
    public static string Of(IReadOnlyList<GradingItem> items, ReferenceShape shape = ReferenceShape.AsWritten)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                Write(writer, item, shape);
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One object of the event.</summary>
    public static void Write(Utf8JsonWriter writer, GradingItem item, ReferenceShape shape = ReferenceShape.AsWritten)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        WriteMessages(writer, item);
        WriteRecord(writer, item, shape, key => key is "id" or "messages" or "metadata");
        writer.WriteStartObject("metadata");
        WriteRecord(writer, item, shape, _ => false);
        WriteOwnMetadata(writer, item);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The prompt's turns as they were written, then the completion as the assistant's turn.</summary>
    public static void WriteMessages(Utf8JsonWriter writer, GradingItem item)
    {
        writer.WriteStartArray("messages");
        foreach (var turn in item.Prompt)
        {
            if (turn.Written is { } written)
            {
                written.WriteTo(writer);
            }
            else
            {
                WriteTurn(writer, turn.Role, turn.Content);
            }
        }

        WriteTurn(writer, "assistant", item.Completion);
        writer.WriteEndArray();
    }

    static void WriteTurn(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        writer.WriteEndObject();
    }

    static void WriteRecord(Utf8JsonWriter writer, GradingItem item, ReferenceShape shape, Func<string, bool> without)
    {
        WriteReference(writer, item, shape);
        foreach (var (key, value) in item.Metadata)
        {
            if (key != ReferenceKey && !without(key))
            {
                writer.WritePropertyName(key);
                value.WriteTo(writer);
            }
        }
    }

    static void WriteReference(Utf8JsonWriter writer, GradingItem item, ReferenceShape shape)
    {
        bool isWritten = item.Metadata.TryGetValue(ReferenceKey, out var written) && written.ValueKind != JsonValueKind.Null;
        string? text = !isWritten ? item.Reference : written.ValueKind == JsonValueKind.String ? written.GetString() : null;
        if (!isWritten && text is null)
        {
            return;
        }

        writer.WritePropertyName(ReferenceKey);
        if (text is null)
        {
            written.WriteTo(writer);
        }
        else if (shape == ReferenceShape.Object)
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    static void WriteOwnMetadata(Utf8JsonWriter writer, GradingItem item)
    {
        if (!item.Metadata.TryGetValue("metadata", out var own) || own.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in own.EnumerateObject())
        {
            if (property.Name != ReferenceKey && !item.Metadata.ContainsKey(property.Name))
            {
                property.WriteTo(writer);
            }
        }
    }
}
