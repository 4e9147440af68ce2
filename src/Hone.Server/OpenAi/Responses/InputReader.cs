using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Reading;
using Hone.Text;

namespace Hone.Server.OpenAi.Responses;

/// <summary>Reads the input of a response, a text or items, into messages of a conversation.</summary>
static class InputReader
{
    const int Most = 10_000;

    public static IReadOnlyList<ChatMessage> Read(JsonForm form)
    {
        var messages = new List<JsonObject>();
        if (form.Text("instructions") is { } instructions)
        {
            messages.Add(new() { ["role"] = "system", ["content"] = instructions });
        }

        form.Require("input", "a text, or a list of messages and calls");
        if (form.Any("input") is { ValueKind: JsonValueKind.String } text)
        {
            messages.Add(new() { ["role"] = "user", ["content"] = text.GetString() });
        }
        else
        {
            foreach (var item in form.List("input", Most, Item))
            {
                Add(messages, item);
            }
        }

        if (form.Any("input") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
        {
            form.Wrong("input", "input is an empty list, but needs at least one item.");
        }

        return [.. messages.Select(MessageReader.Message)];
    }

    // Calls are items of their own here, and members of the assistant's message for templates.
    static void Add(List<JsonObject> messages, JsonObject item)
    {
        if (item["tool_calls"] is JsonArray calls && messages.Count > 0 && messages[^1]["role"]!.GetValue<string>() == "assistant")
        {
            var last = messages[^1];
            if (last["tool_calls"] is JsonArray before)
            {
                before.Add(calls[0]!.DeepClone());
            }
            else
            {
                last["tool_calls"] = calls.DeepClone();
            }
        }
        else if (item.Count > 0)
        {
            messages.Add(item);
        }
    }

    static JsonObject? Item(JsonForm form)
    {
        string type = form.Text("type") ?? "message";
        form.Text("id");
        form.Choice("status", "in_progress", "completed", "incomplete");
        switch (type)
        {
            case "message":
                return Message(form);
            case "function_call":
                return Call(form);
            case "function_call_output":
                return new()
                {
                    ["role"] = "tool",
                    ["tool_call_id"] = form.RequiredText("call_id", "the id of the call that this answers"),
                    ["content"] = ContentReader.Text(form, "output", isRequired: true),
                };
            default:
                form.Ignore([.. form.Json.EnumerateObject().Select(member => member.Name)]);
                form.Wrong("type", $"{form.At("type")} is '{type}', but Hone reads message, function_call and function_call_output.");
                return null;
        }
    }

    static JsonObject Message(JsonForm form)
    {
        form.Require("role", "who speaks");
        string role = form.Choice("role", "system", "developer", "user", "assistant") ?? "user";
        form.Ignore("phase");
        return new()
        {
            ["role"] = role == "developer" ? "system" : role,
            ["content"] = ContentReader.Text(form, "content", isRequired: true),
        };
    }

    static JsonObject Call(JsonForm form)
    {
        var function = MessageReader.Call(form.RequiredText("name", "the function's name"), form.RequiredText("arguments", "JSON as a text"));
        return new()
        {
            ["role"] = "assistant",
            ["content"] = "",
            ["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = form.RequiredText("call_id", "an id that its output names"),
                ["type"] = "function",
                ["function"] = function,
            }),
        };
    }
}
