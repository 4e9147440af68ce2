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

    public Pattern(string source, PatternDialect dialect = PatternDialect.Oniguruma)
        : this(PatternParser.Parse(source, dialect), Shown(source))
    {
    }

    Pattern(PatternNode node, string source)
    {
        _source = source;
        _program = new(node, source);
    }

    /// <summary>The beginning of a pattern, for messages.</summary>
    public static string Shown(string source) => source.Length > 120 ? source[..120] + "…" : source;

    /// <summary>The text that is all the pattern matches; null for a pattern that is no plain text.</summary>
    public string? Literal { get; private init; }

    public static Pattern OfLiteral(string text)
    {
        PatternParser.RequireLength(text);
        return new(new InOrder([.. text.EnumerateRunes().Select(rune => new OneOf(CharacterSet.Of(rune.Value, ignoreCase: false)))]), text)
        {
            Literal = text,
        };
    }

    /// <summary>Any one character of a set.</summary>
    public static Pattern Of(CharacterSet set) => new(new OneOf(set), "a set of characters");

    /// <summary>All matches from left to right, as [start, end) in UTF-16 units. The text has no lone surrogates.</summary>
    public PatternMatches Matches(ReadOnlySpan<char> text) => new(_program, text, _source);
}

/// <summary>Finds the matches of a pattern one after another.</summary>
ref struct PatternMatches(PatternProgram program, ReadOnlySpan<char> text, string source)
{
    readonly ReadOnlySpan<char> _text = text;
    PatternMatch _match = new(text, source);
    int _at;
    int _previousEnd = -1;

    public (int Start, int End) Current { get; private set; }

    public readonly PatternMatches GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_at <= _text.Length)
        {
            int start = _at;
            int end = program.MayStart(_text, start) ? _match.End(program, start) : -1;
            _at = end > start ? end : start + CodePoints.LengthAt(_text, start);

            // Nothing at the end of the last match is no match of its own.
            if (end > start || end == start && end != _previousEnd)
            {
                _previousEnd = end;
                Current = (start, end);
                return true;
            }
        }

        return false;
    }
}
