namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>One line of working, such as <c>7+5=12</c>.</summary>
/// <remarks>The result of the line before stands on the left, or on the right where <c>CarriesRight</c> says so
/// (<c>20-12=8</c>: how many more until 20).</remarks>
readonly record struct Step(int Left, char Operator, int Right, bool CarriesRight = false)
{
    /// <summary>The largest value that any line of a story reaches; the smallest is 1.</summary>
    public const int Largest = 81;

    public int Result => Operator switch
    {
        '+' => Left + Right,
        '-' => Left - Right,
        '*' => Left * Right,
        _ => Left / Right,
    };

    /// <summary>Whether the line can be written: it divides evenly and its result lies in 1..81.</summary>
    public bool IsPossible => (Operator != '/' || Left % Right == 0) && Result is >= 1 and <= Largest;

    /// <summary>The same line after another result of the line before.</summary>
    public Step Carry(int value) => CarriesRight ? this with { Right = value } : this with { Left = value };

    public override string ToString() => WithResult(Result);

    public string WithResult(int result) => $"{Left}{Operator}{Right}={result}";
}
