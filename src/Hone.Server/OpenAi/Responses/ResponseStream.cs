using System.Text;
using System.Text.Json.Nodes;
using Hone.Grading.ToolCalls;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Chat;

namespace Hone.Server.OpenAi.Responses;

/// <summary>Writes a response as the events of OpenAI's stream, numbered from 0.</summary>
sealed class ResponseStream(ResponseQuestion question, ResponseObject shape, ServerSentEvents stream)
{
    readonly AnswerText _answer = new(question.Tools);
    readonly StringBuilder _text = new();
    readonly List<DrawnToken> _tokens = [], _waiting = [];
    readonly JsonArray _output = [];
    readonly string _message = OutputItems.MessageId();
    bool _hasMessage;
    int _number;
    TokenUsage? _usage;
    FinishReason _finish;

    public async Task Begin()
    {
        await Send("response.created", new() { ["response"] = shape.Of("in_progress", []) });
        await Send("response.in_progress", new() { ["response"] = shape.Of("in_progress", []) });
    }

    public async Task Push(GeneratedPiece piece)
    {
        _tokens.AddRange(piece.Tokens);
        _waiting.AddRange(piece.Tokens);
        (_usage, _finish) = (piece.Usage ?? _usage, piece.Finish ?? _finish);
        await Text(_answer.Push(piece.Text));
    }

    public Task Fail(ApiProblem problem) => Send("response.failed", new()
    {
        ["response"] = shape.Of("failed", (JsonArray)_output.DeepClone(), error: new()
        {
            ["code"] = problem.Kind == ProblemKind.TooMany ? "rate_limit_exceeded" : "server_error",
            ["message"] = problem.Message,
        }),
    });

    public async Task End()
    {
        var (rest, calls) = _answer.Finish();
        await Text(rest);
        string status = _finish == FinishReason.Length ? "incomplete" : "completed";
        if (_hasMessage || calls.Count == 0)
        {
            await EndMessage(status);
        }

        foreach (var call in calls)
        {
            await Call(call);
        }

        await Send($"response.{status}", new() { ["response"] = shape.Of(status, (JsonArray)_output.DeepClone(), _usage) });
    }

    async Task Text(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        await BeginMessage();
        _text.Append(text);
        await Send("response.output_text.delta", Part(new() { ["delta"] = text, ["logprobs"] = TokenJson.Content(_waiting) }));
        _waiting.Clear();
    }

    async Task BeginMessage()
    {
        if (_hasMessage)
        {
            return;
        }

        _hasMessage = true;
        await Send("response.output_item.added", Item(OutputItems.Message(_message, "in_progress", null)));
        await Send("response.content_part.added", Part(new() { ["part"] = OutputItems.Text("", []) }));
    }

    async Task EndMessage(string status)
    {
        await BeginMessage();
        var part = OutputItems.Text(_text.ToString(), _tokens);
        await Send("response.output_text.done", Part(new() { ["text"] = _text.ToString(), ["logprobs"] = TokenJson.Content(_tokens) }));
        await Send("response.content_part.done", Part(new() { ["part"] = part.DeepClone() }));
        var item = OutputItems.Message(_message, status, part);
        await Send("response.output_item.done", Item(item));
        _output.Add(item.DeepClone());
    }

    async Task Call(ToolCall call)
    {
        var done = OutputItems.Call(call);
        var begun = (JsonObject)done.DeepClone();
        (begun["status"], begun["arguments"]) = ("in_progress", "");
        await Send("response.output_item.added", Item(begun));
        await Send("response.function_call_arguments.delta", Of(done, new() { ["delta"] = call.ArgumentsText }));
        await Send("response.function_call_arguments.done", Of(done, new() { ["name"] = call.Name, ["arguments"] = call.ArgumentsText }));
        await Send("response.output_item.done", Item((JsonObject)done.DeepClone()));
        _output.Add((JsonNode)done);
    }

    JsonObject Item(JsonObject item) => new() { ["output_index"] = _output.Count, ["item"] = item };

    JsonObject Of(JsonObject item, JsonObject members)
    {
        members["item_id"] = item["id"]!.DeepClone();
        members["output_index"] = _output.Count;
        return members;
    }

    JsonObject Part(JsonObject members)
    {
        members["item_id"] = _message;
        members["output_index"] = _output.Count;
        members["content_index"] = 0;
        return members;
    }

    Task Send(string type, JsonObject members)
    {
        members.Insert(0, "type", type);
        members.Insert(1, "sequence_number", _number++);
        return stream.Send(members, type);
    }
}
