using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Inference;
using Hone.Text;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>A chat completion, as open-weight models on Bedrock take it.</summary>
sealed class ChatBody(GenerateRequest request, string model) : IModelBody
{
    const int MostCompletions = 16;

    readonly string _id = "chatcmpl-" + Ids.New(24);
    readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    readonly Dictionary<int, (AnswerReader Reader, int Calls)> _readers = [];

    bool HasTools => request.Tools is not null;

    public GenerateRequest Request => request;

    public static ChatBody Read(Form form, string model)
    {
        form.Require("messages", "a list of messages");
        form.Ignore("model", "stream", "stream_options", "user", "metadata", "store");
        double temperature = form.Number("temperature", 0, 2) ?? 1, topP = form.Number("top_p", 0, 1) ?? 1;
        var tools = form.Items("tools", 0, 256);
        foreach (var (tool, place) in tools.Where(tool => !IsFunction(tool.Item)))
        {
            form.Problem($"{place} is {SentJson.Show(tool)}, but needs to be a tool such as {{\"type\":\"function\",\"function\":{{\"name\":\"…\"}}}}.");
        }

        JsonArray functions = [.. tools.Where(tool => IsFunction(tool.Item)).Select(tool => JsonNode.Parse(tool.Item.GetRawText()))];
        var plain = ConverseForm.Plain();
        return new(
            plain with
            {
                Messages = Messages(form),
                Tools = functions.Count > 0 ? functions : null,
                Schema = Schema(form, functions),
                Count = (int)(form.Whole("n", 1, MostCompletions) ?? 1),
                MaxTokens = (int?)(form.Whole("max_completion_tokens", 1, int.MaxValue) ?? form.Whole("max_tokens", 1, int.MaxValue)),
                Seed = (ulong?)form.Whole("seed", 0, long.MaxValue) ?? plain.Seed,
                Stop = form.Any("stop") is { ValueKind: JsonValueKind.String } stop ? [stop.GetString()!] : form.Texts("stop", 0, 16),
                PresencePenalty = (float)(form.Number("presence_penalty", -2, 2) ?? 0),
                FrequencyPenalty = (float)(form.Number("frequency_penalty", -2, 2) ?? 0),
                TemplateArguments = ConverseForm.Effort(form),
                Sampling = ConverseForm.Sampling(temperature, topP) with { TopK = (int)(form.Whole("top_k", 0, int.MaxValue) ?? 0) },
            },
            model);
    }

    public JsonObject Whole(WholeAnswer answer) => new()
    {
        ["id"] = _id,
        ["object"] = "chat.completion",
        ["created"] = _created,
        ["model"] = model,
        ["choices"] = new JsonArray([.. answer.Completions.Select(Choice)]),
        ["usage"] = Usage(answer.Usage),
    };

    public IEnumerable<JsonObject> Chunks(GeneratedPiece piece)
    {
        if (_readers.TryAdd(piece.Index, (new AnswerReader(HasTools), 0)))
        {
            yield return Chunk(piece.Index, new() { ["role"] = "assistant", ["content"] = "" }, null);
        }

        var reader = _readers[piece.Index].Reader;
        foreach (var part in reader.Add(piece.Text).Concat(piece.Finish is null ? [] : reader.End()).ToList())
        {
            yield return Chunk(piece.Index, Delta(piece.Index, part), null);
        }

        if (piece.Finish is { } finish)
        {
            yield return Chunk(piece.Index, [], Reason(finish, _readers[piece.Index].Calls > 0));
        }

        if (piece.Usage is { } usage)
        {
            var last = Chunk(0, [], null);
            last["choices"] = new JsonArray();
            last["usage"] = Usage(usage);
            yield return last;
        }
    }

    static bool IsFunction(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object
        && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String;

    static List<ChatMessage> Messages(Form form)
    {
        List<ChatMessage> messages = [];
        foreach (var (item, place) in form.Items("messages", 1, 10_000))
        {
            bool isMessage = item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String;
            if (isMessage)
            {
                messages.Add(ChatMessage.Read(item));
            }
            else
            {
                form.Problem($"{place} is {SentJson.Show(item)}, but needs to be a message with role and content.");
            }
        }

        return messages;
    }

    static JsonNode? Schema(Form form, JsonArray tools)
    {
        var format = form.Object("response_format", format => format.Choice("type", "text", "json_object", "json_schema") switch
        {
            "json_object" => JsonValue.Create(true),
            "json_schema" => format.Object("json_schema", schema =>
            {
                schema.Text("name");
                schema.Text("description");
                schema.Flag("strict");
                schema.Require("schema", "a JSON Schema");
                return schema.Any("schema") is { } given ? JsonNode.Parse(given.GetRawText()) : null;
            }),
            _ => null,
        });
        if (form.Any("tool_choice") is not { } choice || choice.ValueKind == JsonValueKind.String)
        {
            return form.Choice("tool_choice", "auto", "none", "required") == "required" && tools.Count > 0 ? ConverseTools.CallOf(tools) : format;
        }

        string? name = form.Object("tool_choice", named =>
        {
            named.Choice("type", "function");
            return named.Object("function", function => function.RequiredText("name"));
        });
        var chosen = tools.FirstOrDefault(tool => (string?)tool!["function"]!["name"] == name);
        if (chosen is null && name is not null)
        {
            form.Problem($"tool_choice.function.name is '{name}', but no tool has this name.");
        }

        return chosen is null ? format : ConverseTools.CallOf([chosen]);
    }

    JsonObject Choice((int Index, string Text, FinishReason Finish, string? StopText) completion)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = null };
        JsonArray calls = [];
        foreach (var part in WholeAnswer.Parts(completion.Text, HasTools))
        {
            switch (part)
            {
                case CallPart call:
                    calls.Add((JsonNode)Call(call));
                    break;
                case ReasoningPart reasoning:
                    message["reasoning_content"] = (string?)message["reasoning_content"] + reasoning.Text;
                    break;
                case TextPart text:
                    message["content"] = (string?)message["content"] + text.Text;
                    break;
            }
        }

        if (calls.Count > 0)
        {
            message["tool_calls"] = calls;
        }
        else
        {
            message["content"] ??= "";
        }

        return new() { ["index"] = completion.Index, ["message"] = message, ["finish_reason"] = Reason(completion.Finish, calls.Count > 0) };
    }

    JsonObject Delta(int index, AnswerPart part)
    {
        if (part is not CallPart call)
        {
            return part is ReasoningPart reasoning ? new() { ["reasoning_content"] = reasoning.Text } : new() { ["content"] = ((TextPart)part).Text };
        }

        var (reader, calls) = _readers[index];
        _readers[index] = (reader, calls + 1);
        var json = Call(call);
        json["index"] = calls;
        return new() { ["tool_calls"] = new JsonArray(json) };
    }

    static JsonObject Call(CallPart call) => new()
    {
        ["id"] = "call_" + Ids.New(24),
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };

    JsonObject Chunk(int index, JsonObject delta, string? reason) => new()
    {
        ["id"] = _id,
        ["object"] = "chat.completion.chunk",
        ["created"] = _created,
        ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject { ["index"] = index, ["delta"] = delta, ["finish_reason"] = reason }),
    };

    static JsonObject Usage(TokenUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Prompt,
        ["completion_tokens"] = usage.Completion,
        ["total_tokens"] = usage.Prompt + usage.Completion,
    };

    static string Reason(FinishReason finish, bool calls) => finish == FinishReason.Length ? "length" : calls ? "tool_calls" : "stop";
}
