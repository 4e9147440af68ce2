namespace Hone.Text.Patterns;

enum Repetition
{
    Greedy,
    Lazy,
    Possessive,
}

enum Boundary
{
    TextStart,
    TextEnd,
    TextEndOrLastLine,
    LineStart,
    LineEnd,
    Word,
    NoWord,
}

/// <summary>A parsed pattern. <see cref="CanBeEmpty"/>: some text of length 0 matches.</summary>
abstract record PatternNode
{
    public abstract bool CanBeEmpty { get; }
}

sealed record OneOf(CharacterSet Set) : PatternNode
{
    public override bool CanBeEmpty => false;
}

sealed record InOrder(IReadOnlyList<PatternNode> Items) : PatternNode
{
    public override bool CanBeEmpty => Items.All(item => item.CanBeEmpty);
}

sealed record Either(IReadOnlyList<PatternNode> Choices) : PatternNode
{
    public override bool CanBeEmpty => Choices.Any(choice => choice.CanBeEmpty);
}

/// <summary><paramref name="Most"/> is <see cref="int.MaxValue"/> when there is no limit.</summary>
sealed record Repeat(PatternNode Body, int Least, int Most, Repetition Kind) : PatternNode
{
    public override bool CanBeEmpty => Least == 0 || Body.CanBeEmpty;
}

sealed record Look(PatternNode Body, bool Behind, bool Negated) : PatternNode
{
    public override bool CanBeEmpty => true;
}

sealed record Atomic(PatternNode Body) : PatternNode
{
    public override bool CanBeEmpty => Body.CanBeEmpty;
}

sealed record At(Boundary Boundary) : PatternNode
{
    /// <summary>What words are made of, for the two boundaries of words.</summary>
    public CharacterSet? Words { get; init; }

    public override bool CanBeEmpty => true;
}
