namespace Hone.Text.Jinja;

/// <summary>Walks the pieces of a template; both parsers read through it.</summary>
sealed class LexemeReader(IReadOnlyList<Lexeme> lexemes)
{
    int _at;

    public Lexeme Current => lexemes[_at];

    public Lexeme Following => lexemes[Math.Min(_at + 1, lexemes.Count - 1)];

    public Place Place => Current.Place;

    // Every level of what is nested takes a piece, so that here is where depth and time are watched.
    public Lexeme Take()
    {
        Budget.Step();
        var current = Current;
        _at += current.Kind == LexemeKind.End ? 0 : 1;
        return current;
    }

    public bool TakeIf(string sign) => TakeIf(Current.Is(sign));

    public bool TakeName(string name) => TakeIf(Current.IsName(name));

    bool TakeIf(bool found)
    {
        if (found)
        {
            Take();
        }

        return found;
    }

    public void Expect(string sign)
    {
        if (!TakeIf(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    public void Expect(LexemeKind kind, string shown)
    {
        if (Current.Kind != kind)
        {
            throw Unexpected(shown);
        }

        Take();
    }

    public string ExpectName() => Current.Kind == LexemeKind.Name ? Take().Text : throw Unexpected("a name");

    public TemplateFault Unexpected(string wanted) => new($"{Current.Shown} stands where {wanted} is needed");
}
