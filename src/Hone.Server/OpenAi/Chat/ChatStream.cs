using System.Text.Json.Nodes;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Chat;

/// <summary>One answer that is sent piece by piece.</summary>
sealed class ChatStream(ToolUse tools)
{
    readonly AnswerText _answer = new(tools);
    readonly List<DrawnToken> _waiting = [];
    bool _hasBegun;

    /// <summary>The chunks that a piece makes: none while its text may still become a call.</summary>
    public IEnumerable<JsonObject> Chunks(GeneratedPiece piece, ChatObject shape)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            yield return shape.Chunk(piece.Index, new() { ["role"] = "assistant", ["content"] = "", ["refusal"] = null }, []);
        }

        _waiting.AddRange(piece.Tokens);
        string text = _answer.Push(piece.Text);
        var (rest, calls) = piece.Finish is null ? ("", []) : _answer.Finish();
        text += rest;
        if (text.Length > 0 || (_waiting.Count > 0 && calls.Count == 0 && piece.Finish is not null))
        {
            yield return shape.Chunk(piece.Index, new() { ["content"] = text }, Taken());
        }

        if (calls.Count > 0)
        {
            yield return shape.Chunk(piece.Index, new() { ["tool_calls"] = ChatObject.Calls(calls, isDelta: true) }, Taken());
        }

        if (piece.Finish is { } finish)
        {
            yield return shape.Chunk(piece.Index, [], [], ChatObject.Finish(finish, calls.Count > 0));
        }
    }

    DrawnToken[] Taken()
    {
        DrawnToken[] taken = [.. _waiting];
        _waiting.Clear();
        return taken;
    }
}
