using System.Text;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Chat;

/// <summary>One answer that is sent as a whole.</summary>
sealed class ChatChoice(int index, ToolUse tools)
{
    readonly StringBuilder _text = new();
    readonly AnswerText _answer = new(tools);
    readonly List<DrawnToken> _tokens = [];
    FinishReason _finish;

    public void Push(GeneratedPiece piece)
    {
        _text.Append(_answer.Push(piece.Text));
        _tokens.AddRange(piece.Tokens);
        _finish = piece.Finish ?? _finish;
    }

    public JsonObject Json()
    {
        var (rest, calls) = _answer.Finish();
        string text = _text.Append(rest).ToString();
        bool isCall = calls.Count > 0;
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = isCall && string.IsNullOrWhiteSpace(text) ? null : isCall ? text.TrimEnd() : text,
            ["refusal"] = null,
            ["annotations"] = new JsonArray(),
        };
        if (isCall)
        {
            message["tool_calls"] = ChatObject.Calls(calls, isDelta: false);
        }

        return new()
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = ChatObject.LogProbabilities(_tokens),
            ["finish_reason"] = ChatObject.Finish(_finish, isCall),
        };
    }
}
