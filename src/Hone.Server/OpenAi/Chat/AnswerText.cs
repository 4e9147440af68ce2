using System.Text;
using System.Text.Json;
using Hone.Grading.ToolCalls;
using Hone.Server.Inference;

namespace Hone.Server.OpenAi.Chat;

/// <summary>
/// One answer while it comes: what of its text may be shown already, and which calls are in it at the end. Text that may turn out to be a call is
/// held back until it cannot be one, or until the answer ends.
/// </summary>
sealed class AnswerText(ToolUse tools)
{
    const string ThoughtStart = "<think>", ThoughtEnd = "</think>";

    readonly StringBuilder _all = new();
    int _shown;
    bool _holds = tools.Form != CallForm.Free;

    /// <summary>Takes what came and gives what may be shown now.</summary>
    public string Push(string text)
    {
        _all.Append(text);
        if (tools.Names.Count == 0)
        {
            return Show(_all.Length);
        }

        return _holds ? "" : Show(Harmless(_all.ToString()));
    }

    /// <summary>The rest of the text, or the calls that it is.</summary>
    public (string Text, IReadOnlyList<ToolCall> Calls) Finish()
    {
        var calls = _holds ? Calls(_all.ToString()) : [];
        return calls.Count > 0 ? ("", calls) : (Show(_all.Length), []);
    }

    string Show(int end)
    {
        string shown = _all.ToString(_shown, end - _shown);
        _shown = end;
        return shown;
    }

    /// <summary>How much of the text cannot belong to a call. From where a call may have begun, nothing more is shown.</summary>
    int Harmless(string text)
    {
        int thought = text.LastIndexOf(ThoughtEnd, StringComparison.Ordinal);
        int start = thought < 0 ? 0 : thought + ThoughtEnd.Length;
        if (thought < 0 && text.AsSpan().TrimStart().StartsWith(ThoughtStart))
        {
            return text.Length;
        }

        int first = start;
        while (first < text.Length && char.IsWhiteSpace(text[first]))
        {
            first++;
        }

        // Calls without a mark are JSON, or JSON in a fence, and nothing before it.
        if (first == text.Length || text[first] is '{' or '[' or '`')
        {
            _holds = first < text.Length;
            return Math.Max(_shown, start);
        }

        (int end, _holds) = MarkSearch.First(text[start..], ToolCallReader.Marks);
        return Math.Max(_shown, start + end);
    }

    IReadOnlyList<ToolCall> Calls(string text)
    {
        IReadOnlyList<ToolCall>? calls = tools.Form == CallForm.Arguments
            ? IsObject(text) ? [ToolCall.Of(tools.Names[0], text)] : null
            : ToolCallReader.Read(text, ToolCallFormat.Any, out _);

        // A name that nobody offered is an answer that looks like a call.
        return calls is null || calls.Any(call => !tools.Names.Contains(call.Name)) ? []
            : tools.Several ? calls
            : [.. calls.Take(1)];
    }

    static bool IsObject(string text)
    {
        try
        {
            return JsonElement.Parse(text).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
