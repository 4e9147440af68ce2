namespace Hone.Grading.Rules.Mathematics;

/// <summary>Brings formulas that say the same in different ways to one shape.</summary>
static class MathShape
{
    /// <summary>± as its two values, a list or set of one as the one, ℝ and inequalities of one variable as intervals.</summary>
    public static MathNode Of(MathNode node) => node switch
    {
        _ when node.All().Any(IsPlusMinus) => new GroupNode(GroupKind.List, [WithSign(node, upper: true), WithSign(node, upper: false)]),
        GroupNode { Kind: GroupKind.List or GroupKind.Set or GroupKind.Union, Parts: [var one] } => Of(one),
        SymbolNode { Name: SymbolNode.Reals } => new GroupNode(GroupKind.Round, [Infinity(false), Infinity(true)]),
        RelationNode relation => Interval(relation) ?? (MathNode)relation,
        _ => node,
    };

    /// <summary>Whether a formula is a number or fraction that nothing is left to work out in; then its answer has to be as well.</summary>
    public static bool IsPlainNumber(MathNode node) => node switch
    {
        NumberNode => true,
        CallNode { Name: "neg", Parts: [var inside] } => IsPlainNumber(inside),
        CallNode { Name: "/", Parts: [NumberNode, NumberNode] } => true,
        _ => false,
    };

    /// <summary>Whether sums or products of numbers are left to work out: <c>17·23</c>, but not <c>3·10^5</c> or <c>√16</c>.</summary>
    public static bool IsUnfinished(MathNode node) => node switch
    {
        CallNode { Name: "*", Parts: [NumberNode, CallNode { Name: "^", Parts: [NumberNode { Value: var ten }, var power] }] } when ten == 10 => IsUnfinished(power),
        CallNode { Name: "+" or "-" or "*" } => IsConstant(node),
        _ => node.Parts.Any(IsUnfinished),
    };

    static bool IsPlusMinus(MathNode node) => node is CallNode { Name: "±" or "∓" };

    static MathNode WithSign(MathNode node, bool upper)
    {
        MathNode[] parts = [.. node.Parts.Select(part => WithSign(part, upper))];
        return node switch
        {
            CallNode { Name: "±" } => Signed(parts, plus: upper),
            CallNode { Name: "∓" } => Signed(parts, plus: !upper),
            CallNode call => new CallNode(call.Name, parts),
            GroupNode group => new GroupNode(group.Kind, parts),
            RelationNode relation => new RelationNode(parts, relation.Signs),
            QuantityNode quantity => new QuantityNode(parts[0], quantity.Unit),
            _ => node,
        };
    }

    // ±3 was read as 0 ± 3.
    static MathNode Signed(MathNode[] parts, bool plus) =>
        parts[0] is NumberNode { Value.IsZero: true } ? (plus ? parts[1] : new CallNode("neg", parts[1])) : new CallNode(plus ? "+" : "-", parts);

    // x < 3, 3 ≥ x, 1 < x ≤ 3
    static GroupNode? Interval(RelationNode relation)
    {
        var (sides, signs) = (relation.Parts, relation.Signs);
        if (signs.Any(sign => sign is not ("<" or "≤" or ">" or "≥")) || sides.Count > 3)
        {
            return null;
        }

        bool falls = signs[0] is ">" or "≥";
        if (signs.Any(sign => sign is ">" or "≥" != falls))
        {
            return null;
        }

        // From left to right the sides grow.
        MathNode[] rising = falls ? [.. sides.Reverse()] : [.. sides];
        bool[] closed = [.. (falls ? signs.Reverse() : signs).Select(sign => sign is "≤" or "≥")];
        return rising switch
        {
            [var low, var x, var high] when IsVariable(x) && IsConstant(low) && IsConstant(high) => Interval(low, high, closed[0], closed[1]),
            [var x, var high] when IsVariable(x) && IsConstant(high) => Interval(Infinity(false), high, false, closed[0]),
            [var low, var x] when IsVariable(x) && IsConstant(low) => Interval(low, Infinity(true), closed[0], false),
            _ => null,
        };
    }

    static GroupNode Interval(MathNode low, MathNode high, bool closedLow, bool closedHigh) => new(
        (closedLow, closedHigh) switch
        {
            (true, true) => GroupKind.Square,
            (true, false) => GroupKind.ClosedOpen,
            (false, true) => GroupKind.OpenClosed,
            _ => GroupKind.Round,
        },
        [low, high]);

    static bool IsVariable(MathNode node) => node is SymbolNode { IsVariable: true };

    static bool IsConstant(MathNode node) => !node.All().Any(IsVariable);

    static MathNode Infinity(bool above)
    {
        var infinity = new SymbolNode(SymbolNode.Infinity);
        return above ? infinity : new CallNode("neg", infinity);
    }
}
