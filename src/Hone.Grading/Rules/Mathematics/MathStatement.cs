namespace Hone.Grading.Rules.Mathematics;

/// <summary>What a formula states: a value, and in <c>x = 5</c>, <c>f(x) = x²</c> or <c>x ∈ [0, 1]</c> what it is the value of.</summary>
/// <param name="Before">Sides before the value that have to have the same one: 2 + 3 in 2 + 3 = 5.</param>
sealed record MathStatement(MathNode? Label, MathNode Value, IReadOnlyList<MathNode> Before)
{
    /// <summary>Null where the formula is an inequality, or an equation that is solved for nothing.</summary>
    public static MathStatement? Of(MathNode node)
    {
        if (node is not RelationNode relation)
        {
            return new(null, node, []);
        }

        if (relation.Signs.Any(sign => sign is not ("=" or "≈" or "∈")))
        {
            return null;
        }

        // What follows ≈ is a rounding of what stands before it.
        var sides = relation.Parts.ToList();
        int rounded = relation.Signs.ToList().IndexOf("≈") + 1;
        bool swapped = sides.Count == 2 && IsLabel(sides[1]) && !IsLabel(sides[0]);
        if (swapped)
        {
            sides.Reverse();
        }

        bool labelled = IsLabel(sides[0]);
        if (rounded > (labelled ? 1 : 0) && rounded < sides.Count)
        {
            sides.RemoveRange(rounded, sides.Count - rounded);
        }

        MathNode[] values = [.. sides.Skip(labelled ? 1 : 0)];
        return values.Length == 0 || (!labelled && values.Any(HasVariable)) ? null : new(labelled ? sides[0] : null, values[^1], values[..^1]);
    }

    /// <summary>Whether the sides before the value do not contradict it.</summary>
    public bool IsConsistent(MathEquality equality) =>
        Before.All(side => side is GroupNode or WordsNode or QuantityNode || Value is not (NumberNode or CallNode or SymbolNode) || equality.HaveOneValue(side, Value));

    static bool IsLabel(MathNode node) => node switch
    {
        SymbolNode symbol => symbol.IsVariable,
        WordsNode => true,
        CallNode { Name: "*", Parts: [SymbolNode { IsVariable: true }, SymbolNode { IsVariable: true } or GroupNode] } => true,
        _ => false,
    };

    static bool HasVariable(MathNode node) => node.All().Any(one => one is SymbolNode { IsVariable: true });
}
