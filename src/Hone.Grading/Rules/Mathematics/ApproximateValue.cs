using System.Numerics;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>The value of a formula in floating point; not finite where it has none.</summary>
/// <param name="values">The variables' values.</param>
/// <param name="isComplex">Roots and logarithms of numbers below 0 have values; else they have none, and odd roots are real.</param>
sealed class ApproximateValue(IReadOnlyDictionary<string, double> values, bool isComplex, MathBudget budget)
{
    static readonly Complex _none = new(double.NaN, 0);

    public Complex Of(MathNode node) => !budget.Take() ? _none : node switch
    {
        NumberNode number => number.Value.ToDouble(),
        SymbolNode { Name: SymbolNode.Pi } => Math.PI,
        SymbolNode { Name: "e" } => Math.E,
        SymbolNode { Name: "i" } => Complex.ImaginaryOne,
        SymbolNode symbol => values.TryGetValue(symbol.Name, out double value) ? value : _none,
        CallNode { Parts: [var a] } call => One(call.Name, Of(a)),
        CallNode { Parts: [var a, var b] } call => Two(call.Name, Of(a), Of(b)),
        _ => _none,
    };

    Complex One(string name, Complex a) => name switch
    {
        "neg" => -a,
        "abs" => Complex.Abs(a),
        "sin" => Both(a, Math.Sin, Complex.Sin),
        "cos" => Both(a, Math.Cos, Complex.Cos),
        "tan" => Both(a, Math.Tan, Complex.Tan),
        "cot" => 1 / Both(a, Math.Tan, Complex.Tan),
        "sec" => 1 / Both(a, Math.Cos, Complex.Cos),
        "csc" => 1 / Both(a, Math.Sin, Complex.Sin),
        "arcsin" => Both(a, Math.Asin, Complex.Asin),
        "arccos" => Both(a, Math.Acos, Complex.Acos),
        "arctan" => Both(a, Math.Atan, Complex.Atan),
        "sinh" => Both(a, Math.Sinh, Complex.Sinh),
        "cosh" => Both(a, Math.Cosh, Complex.Cosh),
        "tanh" => Both(a, Math.Tanh, Complex.Tanh),
        "floor" => a.Imaginary == 0 ? Math.Floor(a.Real) : _none,
        "ceil" => a.Imaginary == 0 ? Math.Ceiling(a.Real) : _none,
        _ => _none,
    };

    Complex Two(string name, Complex a, Complex b) => name switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == Complex.Zero ? _none : a / b,
        "^" => Power(a, b),
        "root" => Root(a, b),
        "log" => Log(a) / Log(b),
        "max" => IsReal(a, b) ? Math.Max(a.Real, b.Real) : _none,
        "min" => IsReal(a, b) ? Math.Min(a.Real, b.Real) : _none,
        _ => _none,
    };

    Complex Both(Complex a, Func<double, double> real, Func<Complex, Complex> complex) =>
        a.Imaginary == 0 && (!isComplex || double.IsFinite(real(a.Real))) ? real(a.Real) : isComplex ? complex(a) : _none;

    Complex Power(Complex a, Complex b)
    {
        if (IsReal(a, b) && (a.Real >= 0 || b.Real == Math.Floor(b.Real)))
        {
            return a.Real == 0 && b.Real <= 0 ? _none : Math.Pow(a.Real, b.Real);
        }

        return isComplex ? Complex.Pow(a, b) : _none;
    }

    Complex Root(Complex a, Complex degree)
    {
        if (degree == 2 && a is { Imaginary: 0, Real: >= 0 })
        {
            return Math.Sqrt(a.Real);
        }

        bool odd = IsReal(a, degree) && Math.Abs(degree.Real % 2) == 1;
        return degree == Complex.Zero ? _none
            : odd && a.Real < 0 && !isComplex ? -Math.Pow(-a.Real, 1 / degree.Real)
            : Power(a, 1 / degree);
    }

    Complex Log(Complex a) => Both(a, x => x > 0 ? Math.Log(x) : double.NaN, Complex.Log);

    static bool IsReal(Complex a, Complex b) => a.Imaginary == 0 && b.Imaginary == 0;
}
