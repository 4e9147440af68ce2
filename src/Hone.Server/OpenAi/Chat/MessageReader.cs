using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;
using Hone.Text;

namespace Hone.Server.OpenAi.Chat;

/// <summary>
/// Reads messages of a conversation into the form that chat templates expect: one text for a content in parts, arguments of calls as JSON, system
/// for developer.
/// </summary>
static class MessageReader
{
    const int Most = 10_000;

    public static IReadOnlyList<ChatMessage> Read(JsonForm form)
    {
        form.Require("messages", "a list of messages with role and content");
        var messages = form.List("messages", Most, One);
        if (messages.Count == 0 && form.Any("messages") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
        {
            form.Wrong("messages", "messages is empty, but needs at least one message.");
        }

        return messages;
    }

    /// <summary>A message whose members are what a template sees.</summary>
    public static ChatMessage Message(JsonObject json) => ChatMessage.Read(JsonElement.Parse(json.ToJsonString(Answers.Json)));

    static ChatMessage? One(JsonForm form)
    {
        form.Require("role", "who speaks");
        string role = form.Choice("role", "system", "developer", "user", "assistant", "tool") ?? "user";
        var message = new JsonObject { ["role"] = role == "developer" ? "system" : role };
        var calls = Calls(form, role);
        message["content"] = ContentReader.Text(form, "content", isRequired: calls is null && role != "assistant");
        if (form.Text("name", 64) is { } name)
        {
            message["name"] = name;
        }

        // What models with a thought of its own get back of it; templates decide what they show.
        if (role == "assistant" && form.Text("reasoning_content") is { } reasoning)
        {
            message["reasoning_content"] = reasoning;
        }

        if (calls is not null)
        {
            message["tool_calls"] = calls;
        }

        if (role == "tool")
        {
            message["tool_call_id"] = form.RequiredText("tool_call_id", "the id of the call that this answers");
        }

        // SDKs send an answer back as it came.
        if (role == "assistant")
        {
            form.Ignore("refusal", "annotations");
            form.Refuse("audio", "is audio, but Hone's models read and write text only");
            form.Refuse("function_call", "is of the deprecated functions API; use tool_calls");
        }

        return Message(message);
    }

    static JsonArray? Calls(JsonForm form, string role)
    {
        if (role != "assistant" || !form.Has("tool_calls"))
        {
            return null;
        }

        var calls = form.List("tool_calls", 128, call =>
        {
            string? id = call.Text("id");
            call.Choice("type", "function");
            call.Require("function", "an object with name and arguments");
            return call.Object("function", Call) is { } function
                ? new JsonObject { ["id"] = id, ["type"] = "function", ["function"] = function }
                : null;
        });
        return calls.Count > 0 ? [.. calls] : null;
    }

    static JsonObject? Call(JsonForm form) =>
        Call(form.RequiredText("name", "the function's name"), form.RequiredText("arguments", "JSON as a text"));

    /// <summary>A call as templates show it, which write the arguments as JSON themselves.</summary>
    public static JsonObject Call(string name, string arguments)
    {
        JsonNode? read = null;
        try
        {
            read = JsonNode.Parse(arguments) as JsonObject;
        }
        catch (JsonException)
        {
            // A model may have written arguments that are no JSON; the conversation goes on with them as they are.
        }

        return new() { ["name"] = name, ["arguments"] = read ?? arguments };
    }
}
