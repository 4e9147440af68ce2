namespace Hone.Text.Jinja;

enum LexemeKind
{
    /// <summary>Text outside of tags.</summary>
    Text,
    PrintStart,
    PrintEnd,
    BlockStart,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A place in a template, from 1.</summary>
readonly record struct Place(int Line, int Column);

/// <summary>One piece of a template. Text is the decoded value of a string, the digits of a number, the sign of an operator.</summary>
readonly record struct Lexeme(LexemeKind Kind, string Text, Place Place)
{
    public bool Is(string sign) => Kind == LexemeKind.Operator && Text == sign;

    public bool IsName(string name) => Kind == LexemeKind.Name && Text == name;

    /// <summary>As error messages show it.</summary>
    public string Shown => Kind switch
    {
        LexemeKind.End => "the end of the template",
        LexemeKind.PrintEnd => "'}}'",
        LexemeKind.BlockEnd => "'%}'",
        LexemeKind.Text => "text",
        LexemeKind.String => "a string",
        _ => $"'{Text}'",
    };
}
