using System.Numerics;
using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>The value of a formula as a fraction.</summary>
/// <param name="values">The variables' values.</param>
sealed class ExactValue(IReadOnlyDictionary<string, Rational> values, MathBudget budget)
{
    const int LargestExponent = 2000, LargestFactorial = 300;

    /// <summary>Null where the value is not rational, not defined or too large.</summary>
    public Rational? Of(MathNode node)
    {
        var value = node switch
        {
            NumberNode number => number.Value,
            SymbolNode symbol => values.TryGetValue(symbol.Name, out var known) ? known : (Rational?)null,
            CallNode call => Call(call),
            _ => null,
        };
        return value is { } some && budget.Take(some) ? some : null;
    }

    Rational? Call(CallNode call)
    {
        var arguments = new Rational[call.Parts.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (Of(call.Parts[i]) is not { } value)
            {
                return null;
            }

            arguments[i] = value;
        }

        return arguments switch
        {
            [var a] => One(call.Name, a),
            [var a, var b] => Two(call.Name, a, b),
            _ => null,
        };
    }

    static Rational? One(string name, Rational a) => name switch
    {
        "neg" => a.Negated(),
        "abs" => a.Absolute(),
        "floor" => Floor(a),
        "ceil" => Floor(a.Negated())?.Negated(),
        "!" => a.IsInteger && a.Sign >= 0 && a.Numerator <= LargestFactorial ? Falling(a.Numerator, (int)a.Numerator) : null,
        _ => null,
    };

    static Rational? Two(string name, Rational a, Rational b) => name switch
    {
        "+" => a.Plus(b),
        "-" => a.Minus(b),
        "*" => a.Times(b),
        "/" => a.Over(b),
        "^" => Power(a, b),
        "root" => b.IsInteger && b.Numerator > 0 && b.Numerator <= 64 ? a.Root((int)b.Numerator) : null,
        "binom" => Binomial(a, b),
        "max" => a.CompareTo(b) >= 0 ? a : b,
        "min" => a.CompareTo(b) <= 0 ? a : b,
        "gcd" => a.IsInteger && b.IsInteger ? Rational.Of(BigInteger.GreatestCommonDivisor(a.Numerator, b.Numerator), 1) : null,
        "lcm" => a.IsInteger && b.IsInteger && !a.IsZero && !b.IsZero
            ? Rational.Of(BigInteger.Abs(a.Numerator * b.Numerator) / BigInteger.GreatestCommonDivisor(a.Numerator, b.Numerator), 1) : null,
        _ => null,
    };

    // A root of a number below 0 is left to the approximation, which knows what is meant.
    static Rational? Power(Rational a, Rational b) =>
        BigInteger.Abs(b.Numerator) > LargestExponent || b.Denominator > 64 || (!b.IsInteger && a.Sign < 0) ? null
        : a.Root((int)b.Denominator)?.Power((int)b.Numerator);

    static Rational? Floor(Rational a)
    {
        var quotient = BigInteger.DivRem(a.Numerator, a.Denominator, out var rest);
        return Rational.Of(rest.Sign < 0 ? quotient - 1 : quotient, 1);
    }

    static Rational? Binomial(Rational n, Rational k) =>
        !n.IsInteger || !k.IsInteger || n.Sign < 0 || n.Numerator > LargestFactorial ? null
        : k.Sign < 0 || k.CompareTo(n) > 0 ? Rational.Zero
        : Falling(n.Numerator, (int)k.Numerator)?.Over(Falling(k.Numerator, (int)k.Numerator)!.Value);

    // n (n − 1) … of so many factors.
    static Rational? Falling(BigInteger n, int factors)
    {
        var product = BigInteger.One;
        for (int i = 0; i < factors; i++)
        {
            product *= n - i;
        }

        return Rational.Of(product, 1);
    }
}
