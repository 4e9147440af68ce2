using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>What a token is.</summary>
enum MathTokenKind
{
    End,
    Number,

    /// <summary>One letter, of any script.</summary>
    Letter,

    /// <summary>Two ASCII letters or more.</summary>
    Word,

    /// <summary>A command without its backslash; <c>\{</c> is the command <c>{</c>.</summary>
    Command,
    Sign,
}

/// <summary>A piece of a mathematical text, from where it starts to where it ends.</summary>
readonly record struct MathToken(MathTokenKind Kind, string Text, int Start, int End, Rational? Value = null)
{
    public bool Is(string sign) => Kind == MathTokenKind.Sign && Text == sign;

    public bool IsCommand(string name) => Kind == MathTokenKind.Command && Text == name;
}
