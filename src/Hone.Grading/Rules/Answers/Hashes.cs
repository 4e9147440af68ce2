using System.Buffers;

namespace Hone.Grading.Rules.Answers;

/// <summary>The closing line of GSM8K: <c>#### 18</c>.</summary>
static class Hashes
{
    const string Mark = "####";

    static readonly SearchValues<char> _lineEnds = SearchValues.Create("\r\n\v\f\u0085\u2028\u2029");

    /// <summary>The last line with the mark that begins before a position.</summary>
    public static MarkedText? Before(string text, int end)
    {
        int start = end < Mark.Length ? -1 : text.LastIndexOf(Mark, end - 1, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        int content = start + Mark.Length;
        int length = text.AsSpan(content, end - content).IndexOfAny(_lineEnds);
        int close = length < 0 ? end : content + length;
        return new(start, close, text[content..close]);
    }
}
