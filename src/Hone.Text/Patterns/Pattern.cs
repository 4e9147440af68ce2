namespace Hone.Text.Patterns;

/// <summary>A regular expression over code points, with Unicode's own classes. Immutable; any thread may use it.</summary>
/// <remarks>
/// .NET's Regex sees UTF-16 units: its \p{L} misses every letter above U+FFFF, and its negated classes match halves of
/// characters. Token boundaries would then differ from those that a model was trained with.
/// </remarks>
sealed class Pattern
{
    readonly string _source;
    readonly PatternProgram _program;

    public Pattern(string source)
    {
        _source = source;
        _program = new(PatternParser.Parse(source), source);
    }

    public static Pattern Literal(string text) => new(string.Concat(text.Select(
        c => char.IsAsciiLetterOrDigit(c) || c > 127 || c < 32 ? c.ToString() : "\\" + c)));

    /// <summary>All matches from left to right, as [start, end) in UTF-16 units. The text has no lone surrogates.</summary>
    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text)
    {
        List<(int, int)> matches = [];
        var match = new PatternMatch(text, _source);
        int at = 0, previousEnd = -1;
        while (at <= text.Length)
        {
            int end = match.End(_program, at);
            bool found = end > at || end == at && at != previousEnd;
            if (found)
            {
                matches.Add((at, end));
                previousEnd = end;
            }

            at = end > at ? end : at + CodePoints.LengthAt(text, at);
        }

        return matches;
    }
}
