using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>Whether an answer says what the reference says.</summary>
/// <param name="relative">How far constants may differ, relative to the reference; 0: not at all.</param>
/// <param name="workedOut">Where the reference is a plain number, an answer in which sums or products are left is not equal to it.</param>
sealed class MathEquality(MathBudget budget, double relative, bool workedOut)
{
    const int MostItems = 100;

    readonly ScalarEquality _scalars = new(budget, relative);

    /// <summary>Why the last comparison failed where that is not plain to see; else empty.</summary>
    public string Reason { get; private set; } = "";

    public bool AreEqual(MathNode answer, MathNode reference)
    {
        var (a, r) = (MathShape.Of(answer), MathShape.Of(reference));
        return !budget.Take() ? Fail("it takes too much reckoning to compare")
            : a is RelationNode || r is RelationNode ? AreEqualRelations(a, r)
            : a is WordsNode || r is WordsNode ? a is WordsNode x && r is WordsNode y && IsSaid(x.Text) == IsSaid(y.Text)
            : a is GroupNode || r is GroupNode ? AreEqualGroups(a, r)
            : a is QuantityNode || r is QuantityNode ? AreEqualQuantities(a, r)
            : workedOut && MathShape.IsPlainNumber(r) && MathShape.IsUnfinished(a) ? Fail("it is not worked out")
            : _scalars.AreEqual(a, r) || (MeasuredBy(a) is { } measured && _scalars.AreEqual(measured.Value, r));
    }

    bool Fail(string reason)
    {
        Reason = reason;
        return false;
    }

    static string IsSaid(string words) => string.Concat(words.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    bool AreEqualGroups(MathNode a, MathNode r)
    {
        if (a is not GroupNode { Parts.Count: <= MostItems } one || r is not GroupNode { Parts.Count: <= MostItems } other)
        {
            return false;
        }

        bool free = IsUnordered(one.Kind) && IsUnordered(other.Kind);
        bool ordered = one.Kind == other.Kind || (one.Kind, other.Kind) is (GroupKind.List, GroupKind.Round) or (GroupKind.Round, GroupKind.List);
        return free ? AreSameItems(Distinct(one), Distinct(other))
            : ordered && one.Parts.Count == other.Parts.Count && one.Parts.Zip(other.Parts).All(pair => AreEqual(pair.First, pair.Second));
    }

    static bool IsUnordered(GroupKind kind) => kind is GroupKind.List or GroupKind.Set or GroupKind.Union;

    // A set says each member once, however often it is written.
    List<MathNode> Distinct(GroupNode group)
    {
        var items = new List<MathNode>();
        foreach (var item in group.Parts)
        {
            if (group.Kind != GroupKind.Set || !items.Any(known => AreEqual(item, known)))
            {
                items.Add(item);
            }
        }

        return items;
    }

    bool AreSameItems(List<MathNode> answers, List<MathNode> references)
    {
        foreach (var answer in answers.Count == references.Count ? answers : [])
        {
            int found = references.FindIndex(reference => AreEqual(answer, reference));
            if (found < 0)
            {
                return false;
            }

            references.RemoveAt(found);
        }

        return references.Count == 0;
    }

    bool AreEqualRelations(MathNode a, MathNode r)
    {
        var (one, other) = (MathStatement.Of(a), MathStatement.Of(r));
        if (one is { Label: { } label } && other is { Label: { } wanted } && !AreSameLabels(label, wanted))
        {
            return a is RelationNode x && r is RelationNode y && AreSameEquations(x, y);
        }

        if (one is not null && other is not null && one.IsConsistent(this) && AreEqual(one.Value, other.Value))
        {
            return true;
        }

        return a is RelationNode first && r is RelationNode second && (AreSameEquations(first, second) || AreSameSides(first, second));
    }

    /// <summary>Whether two sides have one value, in whatever form.</summary>
    public bool HaveOneValue(MathNode one, MathNode other) => _scalars.AreEqual(one, other);

    static bool AreSameLabels(MathNode one, MathNode other) => (one, other) switch
    {
        (SymbolNode a, SymbolNode b) => a.Name == b.Name,
        _ => true,
    };

    // 2x − y = 0 and y = 2x: the differences of their sides are multiples of each other.
    bool AreSameEquations(RelationNode a, RelationNode r) =>
        a is { Parts.Count: 2, Signs: ["="] } && r is { Parts.Count: 2, Signs: ["="] }
        && _scalars.AreProportional(new CallNode("-", [.. a.Parts]), new CallNode("-", [.. r.Parts]));

    bool AreSameSides(RelationNode a, RelationNode r) =>
        (a.Signs.SequenceEqual(r.Signs) && a.Parts.Zip(r.Parts).All(pair => AreEqual(pair.First, pair.Second)))
        || (a.Signs.Reverse().Select(Turned).SequenceEqual(r.Signs) && a.Parts.Reverse().Zip(r.Parts).All(pair => AreEqual(pair.First, pair.Second)));

    static string Turned(string sign) => sign switch { "<" => ">", ">" => "<", "≤" => "≥", "≥" => "≤", _ => sign };

    // Where only one side has a unit it makes no difference; percent and degrees may also be converted.
    bool AreEqualQuantities(MathNode a, MathNode r)
    {
        var (one, other) = (MeasuredBy(a), MeasuredBy(r));
        if (one is { } x && other is { } y)
        {
            return MathUnits.Factor(x.Unit, y.Unit) is { } factor && AreEqual(Scaled(x.Value, factor), y.Value);
        }

        var (plainA, plainR) = (one?.Value ?? a, other?.Value ?? r);
        return AreEqual(plainA, plainR)
            || ((one?.Unit ?? other?.Unit) == "%" && AreEqual(one is null ? a : Scaled(plainA, Rational.One.Over(100)!.Value), other is null ? r : Scaled(plainR, Rational.One.Over(100)!.Value)))
            || ((one?.Unit ?? other?.Unit) == "°" && AreEqual(one is null ? a : InRadians(plainA), other is null ? r : InRadians(plainR)));
    }

    // Value and unit; of "5 m", which was read as a product, too.
    static (MathNode Value, string Unit)? MeasuredBy(MathNode node) => node switch
    {
        QuantityNode { Value: QuantityNode inner } outer => (inner.Value, $"{inner.Unit} {outer.Unit}"),
        QuantityNode quantity => (quantity.Value, MathUnits.Sign(quantity.Unit)),
        CallNode { Name: "*", Parts: [var value, SymbolNode { Name: "m" or "g" or "s" or "h" or "L" } unit] } when MathShape.IsPlainNumber(value) => (value, unit.Name),
        _ => null,
    };

    MathNode Scaled(MathNode value, Rational factor) =>
        factor == Rational.One ? value
        : new ExactValue(new Dictionary<string, Rational>(), budget).Of(value)?.Times(factor) is { } exact && !MathShape.IsUnfinished(value) ? new NumberNode(exact)
        : new CallNode("*", value, new NumberNode(factor));

    static CallNode InRadians(MathNode degrees) =>
        new("/", new CallNode("*", degrees, new SymbolNode(SymbolNode.Pi)), new NumberNode(180));
}
