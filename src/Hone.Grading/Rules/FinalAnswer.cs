using System.Buffers;

namespace Hone.Grading.Rules;

/// <summary>The closing line of GSM8K: <c>#### 18</c>.</summary>
static class FinalAnswer
{
    const string Mark = "####";

    static readonly SearchValues<char> _lineEnds = SearchValues.Create("\r\n\v\f\u0085\u2028\u2029");

    public static bool HasMark(string text) => text.Contains(Mark, StringComparison.Ordinal);

    /// <summary>The number after the last <c>####</c>, which stands on the same line, alone but for its currency or unit.</summary>
    /// <returns>Its digits, or null with the reason as a clause.</returns>
    public static string? Strict(string text, out string reason)
    {
        int mark = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            reason = "there is no ####";
            return null;
        }

        var line = Line(text.AsSpan(mark + Mark.Length));
        if (AnswerNumber.Next(line) is not { } number || !line[..number.Start].IsWhiteSpace())
        {
            reason = "no number follows the last ####";
            return null;
        }

        if (HasDigit(line[number.End..]))
        {
            reason = "more than one number follows the last ####";
            return null;
        }

        reason = number.Digits is null ? "what follows the last #### cannot be read as one number" : "";
        return number.Digits;
    }

    /// <summary>The last number anywhere.</summary>
    /// <returns>Its digits, or null with the reason as a clause.</returns>
    public static string? Flexible(string text, out string reason)
    {
        var number = AnswerNumber.Last(text);
        reason = number is null ? "there is no number" : "the last number cannot be read";
        return number?.Digits;
    }

    /// <summary>Whether nothing follows the line of the last <c>####</c>.</summary>
    public static bool Closes(string text)
    {
        var rest = text.AsSpan(text.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length);
        return rest[Line(rest).Length..].IsWhiteSpace();
    }

    static bool HasDigit(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (char.IsDigit(c))
            {
                return true;
            }
        }

        return false;
    }

    static ReadOnlySpan<char> Line(ReadOnlySpan<char> text) =>
        text.IndexOfAny(_lineEnds) is >= 0 and int end ? text[..end] : text;
}
