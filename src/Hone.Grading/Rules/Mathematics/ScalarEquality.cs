using System.Numerics;
using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>Whether two formulas have one value: exactly where they are rational, else to twelve digits; with variables at every point of
/// <see cref="MathPoints"/> where both have a value.</summary>
/// <param name="relative">How far two constants may differ, relative to the reference.</param>
sealed class ScalarEquality(MathBudget budget, double relative)
{
    const int LeastPoints = 3, MostVariables = 12;

    const double Tolerance = 1e-12, ToleranceOfPoints = 1e-9;

    public bool AreEqual(MathNode answer, MathNode reference)
    {
        if (Has(answer, SymbolNode.Infinity) || Has(reference, SymbolNode.Infinity))
        {
            return SignOfInfinity(answer) is { } sign && sign == SignOfInfinity(reference);
        }

        if (Has(answer, SymbolNode.Empty) || Has(reference, SymbolNode.Empty))
        {
            return answer is SymbolNode { Name: SymbolNode.Empty } && reference is SymbolNode { Name: SymbolNode.Empty };
        }

        string[] variables = Variables(answer, reference);
        return variables.Length == 0 ? AreEqualConstants(answer, reference) : AgreeAtPoints(answer, reference, variables, proportional: false);
    }

    /// <summary>Whether one formula is a constant other than 0 times the other, as the differences of the sides of equal equations are.</summary>
    public bool AreProportional(MathNode answer, MathNode reference) =>
        Variables(answer, reference) is { Length: > 0 } variables && AgreeAtPoints(answer, reference, variables, proportional: true);

    /// <summary>The variables of two formulas; more than a dozen are not looked at.</summary>
    static string[] Variables(MathNode answer, MathNode reference) =>
        [.. answer.All().Concat(reference.All()).OfType<SymbolNode>().Where(symbol => symbol.IsVariable).Select(symbol => symbol.Name).Distinct().Order(StringComparer.Ordinal)];

    static bool Has(MathNode node, string symbol) => node.All().Any(one => one is SymbolNode found && found.Name == symbol);

    static int? SignOfInfinity(MathNode node) => node switch
    {
        SymbolNode { Name: SymbolNode.Infinity } => 1,
        CallNode { Name: "neg", Parts: [SymbolNode { Name: SymbolNode.Infinity }] } => -1,
        _ => null,
    };

    bool AreEqualConstants(MathNode answer, MathNode reference)
    {
        var exact = new ExactValue(new Dictionary<string, Rational>(), budget);
        if (exact.Of(answer) is { } a && exact.Of(reference) is { } b)
        {
            return a == b || (relative > 0 && IsWithin(a, b));
        }

        var approximate = new ApproximateValue(new Dictionary<string, double>(), IsComplex(answer, reference), budget);
        return AreClose(approximate.Of(answer), approximate.Of(reference), Math.Max(relative, Tolerance));
    }

    bool IsWithin(Rational a, Rational b) =>
        a.Minus(b)?.Absolute() is { } distance && b.Absolute().Times(Rational.OfShortest(relative)) is { } most && distance.CompareTo(most) <= 0;

    bool AgreeAtPoints(MathNode answer, MathNode reference, string[] variables, bool proportional)
    {
        if (variables.Length > MostVariables)
        {
            return false;
        }

        bool isComplex = IsComplex(answer, reference);
        (Complex Answer, Complex Reference)? first = null;
        int compared = 0;
        for (int point = 0; point < MathPoints.Count; point++)
        {
            var values = MathPoints.At(point, variables);
            var exact = new ExactValue(values, budget);
            if (!proportional && exact.Of(answer) is { } a && exact.Of(reference) is { } b)
            {
                if (a != b)
                {
                    return false;
                }

                compared++;
                continue;
            }

            var approximate = new ApproximateValue(values.ToDictionary(one => one.Key, one => one.Value.ToDouble()), isComplex, budget);
            var (x, y) = (approximate.Of(answer), approximate.Of(reference));
            if (!Complex.IsFinite(x) || !Complex.IsFinite(y))
            {
                continue;
            }

            // Proportional: x / first x = y / first y.
            first ??= proportional ? (x, y) : (1, 1);
            if (first is not { } scale || scale.Answer == 0 || scale.Reference == 0 || !AreClose(x / scale.Answer, y / scale.Reference, ToleranceOfPoints))
            {
                return false;
            }

            compared++;
        }

        return compared >= LeastPoints && !budget.IsSpent;
    }

    static bool AreClose(Complex a, Complex b, double tolerance) =>
        Complex.IsFinite(a) && Complex.IsFinite(b) && Complex.Abs(a - b) <= Math.Max(tolerance * Math.Max(Complex.Abs(a), Complex.Abs(b)), Tolerance);

    static bool IsComplex(MathNode answer, MathNode reference) => Has(answer, "i") || Has(reference, "i");
}
