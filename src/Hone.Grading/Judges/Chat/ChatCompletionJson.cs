using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Grading.Judges.Chat;

/// <summary>The wire form of chat completions: requests as they are sent, replies and refusals as they are read.</summary>
static class ChatCompletionJson
{
    const int LongestQuote = 4000;

    public static byte[] Request(string model, ChatCall call, EndpointDialect dialect)
    {
        var settings = call.Settings;
        var json = new JsonObject { ["model"] = model, ["messages"] = Messages(call) };
        if (!dialect.WithoutTemperature)
        {
            json["temperature"] = settings.Temperature;
        }

        if (settings.TopP is { } topP)
        {
            json["top_p"] = topP;
        }

        if (settings.MaxTokens is { } most)
        {
            json[dialect.NewTokenLimit ? "max_completion_tokens" : "max_tokens"] = most;
        }

        // Votes on one question are to differ.
        if (settings.Seed is { } seed && !dialect.WithoutSeed)
        {
            json["seed"] = seed + call.Vote;
        }

        if (settings.ReasoningEffort is { } effort)
        {
            json["reasoning_effort"] = effort;
        }

        if (ResponseFormat(call.Form, dialect.Structure) is { } format)
        {
            json["response_format"] = format;
        }

        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <param name="body">What the server sent.</param>
    /// <param name="estimatedInput">Tokens of the question where the server does not tell.</param>
    /// <returns>Null where the body tells an error in place of an answer.</returns>
    /// <exception cref="ChatException">It is no answer.</exception>
    public static ChatReply? Reply(byte[] body, int estimatedInput)
    {
        try
        {
            using var json = JsonDocument.Parse(WithoutMark(body));
            if (Error(json.RootElement) is not null && !json.RootElement.TryGetProperty("choices", out _))
            {
                return null;
            }

            var message = json.RootElement.GetProperty("choices")[0].GetProperty("message");
            if (Text(message, "refusal") is { Length: > 0 } refusal)
            {
                throw new ChatException("refusal", $"the judge refused to answer: {Short(refusal)}");
            }

            string text = Content(message);
            var usage = json.RootElement.TryGetProperty("usage", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
            return new(text, Count(usage, "prompt_tokens") ?? estimatedInput, Count(usage, "completion_tokens") ?? (text.Length + 3) / 4);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw IsStream(body)
                ? new ChatException("endpoint", "the server streams its reply, which nobody asked for; switch that off there.")
                : new ChatException("endpoint", $"the server's reply is no chat completion in JSON: {Short(Words(body))}", isTransient: true);
        }
    }

    /// <summary>A server's own words for what went wrong, shortened, and its number for it where the body has one.</summary>
    public static (string Words, int? Code) Complaint(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(WithoutMark(body));
            if (Error(json.RootElement) is { } error)
            {
                string words = error.ValueKind == JsonValueKind.Object ? $"{Text(error, "message")} {Text(error, "code")}".Trim() : error.ToString();
                return (Short(words), Count(error, "code"));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Then the text itself has to do.
        }

        return (Short(Words(body)), null);
    }

    static JsonElement? Error(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null ? error : null;

    static bool IsStream(ReadOnlySpan<byte> body) => body.StartsWith("data:"u8) || body.StartsWith("event:"u8) || body.StartsWith(": "u8);

    static ReadOnlyMemory<byte> WithoutMark(byte[] body) => body.AsMemory(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0);

    static string Words(byte[] body) => Encoding.UTF8.GetString(body).Trim();

    static JsonArray Messages(ChatCall call)
    {
        IEnumerable<GradingMessage> messages = call.Messages;
        if (call.Failed is { } failed)
        {
            string quote = failed.Text.Length <= LongestQuote ? failed.Text : failed.Text[..LongestQuote];
            string again = $"This could not be read: {failed.Problem}. Answer once more, with nothing but the JSON object: {call.Form.Example}";
            messages = [.. messages, new("assistant", quote), new("user", again)];
        }

        return new([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]);
    }

    static JsonObject? ResponseFormat(AnswerForm form, Structure structure) => structure switch
    {
        Structure.Schema => new()
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject { ["name"] = "verdict", ["strict"] = true, ["schema"] = form.Schema() },
        },
        Structure.JsonObject => new() { ["type"] = "json_object" },
        _ => null,
    };

    // A text, or its parts.
    static string Content(JsonElement message) =>
        !message.TryGetProperty("content", out var content) ? ""
        : content.ValueKind == JsonValueKind.Array ? string.Concat(content.EnumerateArray().Select(part => Text(part, "text")))
        : content.ValueKind == JsonValueKind.String ? content.GetString()! : "";

    static string? Text(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    static int? Count(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out int count) && count >= 0
            ? count
            : null;

    static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}…";
}
