using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>A mathematical text as a tree.</summary>
abstract class MathNode
{
    /// <summary>The nodes below this one.</summary>
    public virtual IReadOnlyList<MathNode> Parts => [];

    /// <summary>This node and all below it.</summary>
    public IEnumerable<MathNode> All() => Parts.SelectMany(part => part.All()).Prepend(this);
}

/// <summary>A number as written.</summary>
sealed class NumberNode(Rational value) : MathNode
{
    public Rational Value => value;
}

/// <summary>A variable or constant: x, x_1, pi, e, i, ∞, ∅, ℝ.</summary>
sealed class SymbolNode(string name) : MathNode
{
    public const string Infinity = "∞", Empty = "∅", Reals = "ℝ", Pi = "pi";

    public string Name => name;

    public bool IsVariable => name is not (Infinity or Empty or Reals or Pi or "e" or "i");
}

/// <summary>An operation or function: +, -, *, /, ^, ±, ∓, root (value, degree), log (value, base), sin, abs, ! and others.</summary>
sealed class CallNode(string name, params MathNode[] arguments) : MathNode
{
    public string Name => name;

    public override IReadOnlyList<MathNode> Parts => arguments;
}

/// <summary>How several values stand together.</summary>
enum GroupKind
{
    /// <summary>Without brackets: 1, 2 and 3.</summary>
    List,
    Set,
    Union,
    Round,
    Square,
    OpenClosed,
    ClosedOpen,
    Matrix,
    Row,
}

/// <summary>Several values: a tuple or interval, a set, a matrix.</summary>
sealed class GroupNode(GroupKind kind, IReadOnlyList<MathNode> items) : MathNode
{
    public GroupKind Kind => kind;

    public override IReadOnlyList<MathNode> Parts => items;
}

/// <summary>A chain of equations or inequalities: sides, and the signs between them.</summary>
sealed class RelationNode(IReadOnlyList<MathNode> sides, IReadOnlyList<string> signs) : MathNode
{
    public IReadOnlyList<string> Signs => signs;

    public override IReadOnlyList<MathNode> Parts => sides;
}

/// <summary>A value with a unit, percent or degrees among them.</summary>
sealed class QuantityNode(MathNode value, string unit) : MathNode
{
    public MathNode Value => value;

    public string Unit => unit;

    public override IReadOnlyList<MathNode> Parts => [value];
}

/// <summary>What is said in words: "no solution", "even".</summary>
sealed class WordsNode(string text) : MathNode
{
    public string Text => text;
}
