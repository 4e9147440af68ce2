using System.Runtime.CompilerServices;

namespace Hone.Text.Jinja;

/// <summary>Walks the pieces of a template; both parsers read through it.</summary>
sealed class LexemeReader(IReadOnlyList<Lexeme> lexemes)
{
    int _at;

    public Lexeme Current => lexemes[_at];

    public Lexeme Following => lexemes[Math.Min(_at + 1, lexemes.Count - 1)];

    public Place Place => Current.Place;

    public Lexeme Take()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("the template is nested too deep");
        }

        var current = Current;
        _at += current.Kind == LexemeKind.End ? 0 : 1;
        return current;
    }

    public bool TakeIf(string sign)
    {
        bool found = Current.Is(sign);
        _at += found ? 1 : 0;
        return found;
    }

    public bool TakeName(string name)
    {
        bool found = Current.IsName(name);
        _at += found ? 1 : 0;
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
