using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;
using Hone.Text;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>Messages with content in blocks, as chat completions write them, which is what chat templates read.</summary>
static class ConverseMessages
{
    const int MostMessages = 10_000;

    static readonly string[] _absent =
        ["image", "document", "video", "audio", "guardContent", "citationsContent", "searchResult", "toolAddition", "toolRemoval"];

    public static IEnumerable<ChatMessage> System(Form form)
    {
        var texts = form.List("system", 0, 1000, block =>
        {
            block.Refuse("guardContent", "is not offered here");
            block.Ignore("cachePoint");
            return block.Text("text") ?? "";
        });
        string text = string.Join('\n', texts.Where(text => text.Length > 0));
        return text.Length > 0 ? [Message(new() { ["role"] = "system", ["content"] = text })] : [];
    }

    public static IEnumerable<ChatMessage> Read(Form form) => form.List("messages", 0, MostMessages, Turn).SelectMany(turn => turn);

    // One message may be several turns: the results of tools are turns of their own.
    static List<ChatMessage> Turn(Form message)
    {
        message.Require("role", "user or assistant");
        string role = message.Choice("role", "user", "assistant") ?? "user";
        message.Require("content", "a list of content blocks");
        var turn = new Blocks(role);
        message.List("content", 1, 10_000, block =>
        {
            Block(block, turn);
            return block;
        });
        return [.. turn.Messages().Select(Message)];
    }

    static void Block(Form block, Blocks turn)
    {
        foreach (string other in _absent)
        {
            block.Refuse(other, "is not offered here: the models of this server read text, toolUse, toolResult and reasoningContent");
        }

        block.Ignore("cachePoint");
        turn.Text.Append(block.Text("text"));
        if (block.Object("toolUse", Use) is { } call)
        {
            turn.Calls.Add((JsonNode)call);
        }

        if (block.Object("toolResult", Result) is { } result)
        {
            turn.Results.Add(result);
        }

        block.Object("reasoningContent", reasoning =>
        {
            reasoning.Ignore("redactedContent");
            return reasoning.Object("reasoningText", text =>
            {
                text.Ignore("signature");
                turn.Reasoning.Append(text.Text("text"));
                return text;
            });
        });
    }

    static JsonObject Use(Form use)
    {
        use.Ignore("type");
        use.Require("input", "a JSON value");
        return new()
        {
            ["id"] = use.RequiredText("toolUseId", 1, 256),
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = use.RequiredText("name", 1, 256),
                ["arguments"] = use.Any("input") is { } input ? JsonNode.Parse(input.GetRawText()) : null,
            },
        };
    }

    static JsonObject Result(Form result)
    {
        result.Ignore("type");
        result.Choice("status", "success", "error");
        result.Require("content", "a list of text and json blocks");
        var texts = result.List("content", 0, 1000, block =>
        {
            foreach (string other in (ReadOnlySpan<string>)["image", "document", "video", "searchResult"])
            {
                block.Refuse(other, "is not offered here; give text or json");
            }

            return block.Any("json")?.GetRawText() ?? block.Text("text") ?? "";
        });
        return new() { ["role"] = "tool", ["tool_call_id"] = result.RequiredText("toolUseId", 1, 256), ["content"] = string.Join('\n', texts) };
    }

    static ChatMessage Message(JsonObject message) => ChatMessage.Read(JsonElement.Parse(message.ToJsonString(Answers.Json)));

    sealed class Blocks(string role)
    {
        public StringBuilder Text { get; } = new();
        public StringBuilder Reasoning { get; } = new();
        public JsonArray Calls { get; } = [];
        public List<JsonObject> Results { get; } = [];

        public IEnumerable<JsonObject> Messages()
        {
            foreach (var result in Results)
            {
                yield return result;
            }

            if (Text.Length > 0 || Calls.Count > 0 || Results.Count == 0)
            {
                var message = new JsonObject { ["role"] = role, ["content"] = Text.ToString() };
                if (Reasoning.Length > 0)
                {
                    message["reasoning_content"] = Reasoning.ToString();
                }

                if (Calls.Count > 0)
                {
                    message["tool_calls"] = Calls;
                }

                yield return message;
            }
        }
    }
}
