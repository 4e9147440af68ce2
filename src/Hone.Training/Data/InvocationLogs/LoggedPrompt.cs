using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>The conversation of a call, from the body of its request, as chat completions write it.</summary>
/// <remarks>Read are the bodies of Converse and Nova, Anthropic, OpenAI and those like it, Cohere (<c>message</c>), Titan (<c>inputText</c>), and texts
/// that a chat template was applied to (<c>prompt</c>: Llama, Mistral).</remarks>
static class LoggedPrompt
{
    /// <returns>The record with messages and tools, or why there is none.</returns>
    public static (JsonObject? Record, string? Reason) Of(JsonElement body)
    {
        var turns = new LoggedTurns();
        if (body.Member("messages") is { ValueKind: JsonValueKind.Array } messages)
        {
            turns.AddSystem(body.Member("system"));
            foreach (var message in messages.EnumerateArray())
            {
                turns.Add(message);
            }
        }
        else if (body.Text("message") is { } message)
        {
            AddCohere(turns, body, message);
        }
        else if (body.Text("prompt") is { } prompt)
        {
            turns.AddText(prompt);
        }
        else if (body.Text("inputText") is { } text && body.Member("textGenerationConfig").ValueKind == JsonValueKind.Object)
        {
            turns.AddText(text);
        }
        else
        {
            return (null, "no answer in text asked for, or a body of no known form");
        }

        return turns.Reason is { } reason ? (null, reason)
            : turns.EndsWithAssistant ? (null, "an answer begun by the caller")
            : (Record(turns, LoggedTools.Of(body)), null);
    }

    static JsonObject Record(LoggedTurns turns, JsonArray? tools)
    {
        var record = new JsonObject { [RecordShape.Messages] = turns.Messages };
        if (tools is not null)
        {
            record["tools"] = tools;
        }

        return record;
    }

    static void AddCohere(LoggedTurns turns, JsonElement body, string message)
    {
        turns.AddSystem(body.Member("preamble"));
        if (body.Member("chat_history") is { ValueKind: JsonValueKind.Array } history)
        {
            foreach (var turn in history.EnumerateArray())
            {
                turns.AddTurn(turn.Text("role") switch { "CHATBOT" => "assistant", "SYSTEM" => "system", _ => "user" }, turn.Text("message") ?? "");
            }
        }

        turns.AddTurn("user", message);
    }
}
