using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hone.Grading.Judges.Chat;

/// <summary>What a stored answer is found by: a hash of the model's id and of everything that the question says.</summary>
static class CallKey
{
    public static string Of(string model, ChatCall call)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteStringValue(model);
            foreach (var message in call.Messages)
            {
                json.WriteStringValue(message.Role);
                json.WriteStringValue(message.Content);
            }

            Write(json, call.Settings);
            json.WriteNumberValue(call.Vote);
            call.Form.Schema().WriteTo(json);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    // Each value by its name, so that none can pass for another.
    static void Write(Utf8JsonWriter json, ChatSettings settings)
    {
        json.WriteStartObject();
        json.WriteNumber("temperature", settings.Temperature);
        json.WriteString("topP", settings.TopP?.ToString("R"));
        json.WriteString("maxTokens", settings.MaxTokens?.ToString());
        json.WriteString("seed", settings.Seed?.ToString());
        json.WriteString("reasoningEffort", settings.ReasoningEffort);
        json.WriteEndObject();
    }
}
