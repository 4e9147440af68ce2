using Hone.Grading.ToolCalls;

namespace Hone.Server.Inference;

/// <summary>A part of an answer while it is written.</summary>
abstract record AnswerPart;

/// <summary>More of what stands between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> at the answer's beginning.</summary>
sealed record ReasoningPart(string Text) : AnswerPart;

sealed record TextPart(string Text) : AnswerPart;

/// <summary>A whole call of a tool; arguments as JSON text.</summary>
sealed record CallPart(string Name, string Arguments) : AnswerPart;

/// <summary>
/// Takes an answer apart as it comes: reasoning, text, and calls of tools in any of the forms that models write. Text is handed on at once,
/// but for the few characters that may begin a mark; what follows a mark of calls is kept until the end, which says whether it can be read.
/// </summary>
/// <param name="hasTools">False: nothing is taken for a call.</param>
sealed class AnswerReader(bool hasTools)
{
    const string Think = "<think>", EndOfThought = "</think>";

    string _unread = "";
    State _state;

    enum State
    {
        Beginning,
        Thinking,
        BeforeText,
        Text,
        Calls,
    }

    public IEnumerable<AnswerPart> Add(string text)
    {
        _unread += text;
        List<AnswerPart> parts = [];
        State before;
        do
        {
            before = _state;
            Step(parts);
        }
        while (_state != before);
        return parts;
    }

    public IEnumerable<AnswerPart> End()
    {
        string rest = _unread;
        _unread = "";
        return rest.Length == 0 ? []
            : _state == State.Thinking ? [new ReasoningPart(rest)]
            : _state == State.Calls && ToolCallReader.Read(rest, ToolCallFormat.Any, out _) is { Count: > 0 } calls
                ? calls.Select(call => new CallPart(call.Name, call.ArgumentsText))
            : [new TextPart(rest)];
    }

    void Step(List<AnswerPart> parts)
    {
        string begun = _unread.TrimStart();
        switch (_state)
        {
            case State.Beginning when begun.StartsWith(Think, StringComparison.Ordinal):
                (_state, _unread) = (State.Thinking, begun[Think.Length..]);
                break;
            case State.Beginning when begun.Length > 0 && !Think.StartsWith(begun, StringComparison.Ordinal):
                _state = State.BeforeText;
                break;
            case State.Thinking:
                if (Hand(parts, [EndOfThought], text => new ReasoningPart(text)))
                {
                    (_state, _unread) = (State.BeforeText, _unread[EndOfThought.Length..].TrimStart());
                }

                break;
            case State.BeforeText when !hasTools:
                _state = State.Text;
                break;
            case State.BeforeText when begun.Length > 0:
                _state = begun[0] is '{' or '[' or '`' ? State.Calls : State.Text;
                break;
            case State.Text when !hasTools:
                HandAll(parts);
                break;
            case State.Text when Hand(parts, ToolCallReader.Marks, text => new TextPart(text)):
                _state = State.Calls;
                break;
        }
    }

    void HandAll(List<AnswerPart> parts)
    {
        if (_unread.Length > 0)
        {
            parts.Add(new TextPart(_unread));
            _unread = "";
        }
    }

    // Hands on what stands before a mark, or before what may become one. True: a mark is next.
    bool Hand(List<AnswerPart> parts, IReadOnlyList<string> marks, Func<string, AnswerPart> part)
    {
        var (end, isMark) = MarkSearch.First(_unread, marks);
        if (end > 0 && (!isMark || !string.IsNullOrWhiteSpace(_unread[..end])))
        {
            parts.Add(part(_unread[..end]));
        }

        _unread = _unread[end..];
        return isMark;
    }
}
