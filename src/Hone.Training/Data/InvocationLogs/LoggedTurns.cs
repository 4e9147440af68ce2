using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>Gathers the turns of a call.</summary>
sealed class LoggedTurns
{
    // Parts that say nothing to a model that begins anew.
    static readonly string[] _silent = ["cachePoint", "reasoningContent", "thinking", "redacted_thinking"];

    public JsonArray Messages { get; } = [];

    /// <summary>Why the call cannot be a prompt; null where it can.</summary>
    public string? Reason { get; private set; }

    public bool EndsWithAssistant => Messages.Count > 0 && (string?)Messages[^1]!["role"] == "assistant";

    /// <param name="system">A text or a list of text parts; nothing where there is none.</param>
    public void AddSystem(JsonElement system)
    {
        string text = system.ValueKind switch
        {
            JsonValueKind.String => system.GetString()!,
            JsonValueKind.Array => string.Concat(system.EnumerateArray().Select(part => part.Text("text"))),
            _ => "",
        };
        if (!string.IsNullOrWhiteSpace(text))
        {
            AddTurn("system", text);
        }
    }

    public void AddTurn(string role, string text) => Messages.Add(new JsonObject { ["role"] = role, ["content"] = text });

    /// <summary>A prompt as one text, with the marks of a chat template or without.</summary>
    public void AddText(string text)
    {
        foreach (var (role, content) in TemplatedText.Turns(text))
        {
            AddTurn(role, content);
        }
    }

    /// <summary>A message whose content is a text or a list of parts.</summary>
    public void Add(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            Reason ??= "a message of no known form";
        }
        else if (message.Member("content").ValueKind == JsonValueKind.Array)
        {
            AddParts(message);
        }
        else
        {
            Messages.Add(JsonObject.Create(message));
        }
    }

    void AddParts(JsonElement message)
    {
        var text = new StringBuilder();
        JsonArray calls = [];
        foreach (var part in message.Member("content").EnumerateArray())
        {
            if (LoggedParts.Text(part) is { } piece)
            {
                text.Append(piece);
            }
            else if (LoggedParts.Call(part) is { } call)
            {
                calls.Add(call);
            }
            else if (LoggedParts.Result(part) is { } result)
            {
                Messages.Add(result);
            }
            else if (!_silent.Any(kind => part.Text("type") == kind || !part.Member(kind).IsNothing()))
            {
                Reason ??= "an image or another part that is no text";
            }
        }

        if (text.Length > 0 || calls.Count > 0)
        {
            Messages.Add(Turn(message, text.ToString(), calls));
        }
    }

    static JsonObject Turn(JsonElement message, string text, JsonArray calls)
    {
        var turn = JsonObject.Create(message)!;
        turn["content"] = text;
        if (calls.Count > 0)
        {
            turn["tool_calls"] = calls;
        }

        return turn;
    }
}
