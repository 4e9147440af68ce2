using Hone.Grading.OpenAi;

namespace Hone.Tests.Grading.OpenAi;

public class FormulaTests
{
    static readonly Dictionary<string, double> _values = new() { ["a"] = 0.5, ["b_2"] = 3, ["max"] = 7, ["größe"] = 2 };

    [Theory]
    [InlineData("1", 1.0)]
    [InlineData("0.5 * a + 0.5 * b_2", 1.75)]
    [InlineData("(a + b_2) / 2", 1.75)]
    [InlineData("1 - 2 - 3", -4.0)]
    [InlineData("8 / 4 / 2", 1.0)]
    [InlineData("2 + 3 * 4 ^ 2", 50.0)]
    [InlineData("2 ^ 3 ^ 2", 512.0)]
    [InlineData("-2 ^ 2", -4.0)]
    [InlineData("(-2) ^ 2", 4.0)]
    [InlineData("2 ^ -1", 0.5)]
    [InlineData("2 * -3", -6.0)]
    [InlineData("--3", 3.0)]
    [InlineData("+a", 0.5)]
    [InlineData("1e3 + 1E-3 + .5 + 2.", 1002.501)]
    [InlineData("2e", null)]
    [InlineData("min(a, b_2, 1)", 0.5)]
    [InlineData("max(a)", 0.5)]
    [InlineData("max(max, 1)", 7.0)]
    [InlineData("abs(-a) + floor(1.9) + ceil(1.1)", 3.5)]
    [InlineData("floor(-1.5)", -2.0)]
    [InlineData("exp(0) + sqrt(16) + log(exp(2))", 7.0)]
    [InlineData(" größe\n*\t2 ", 4.0)]
    [InlineData("min(1,max(0,a*(1-b_2)))", 0.0)]
    public void A_formula_has_its_value(string text, double? value)
    {
        var formula = Formula.Read(text, _values.Keys, out _);

        Assert.Equal(value is null, formula is null);
        Assert.Equal(value ?? 0, formula?.Of(_values) ?? 0, 12);
    }

    [Theory]
    [InlineData("1 +", "has at column 4 its end where a number, a name or a bracket is needed")]
    [InlineData("1 2", "has at column 3 \"2\" where an operator is needed")]
    [InlineData("(1", "has at column 3 its end where \")\" is needed")]
    [InlineData("1)", "has at column 2 \")\" where an operator is needed")]
    [InlineData("a ** 2", "has at column 3 **, which is no operator here; a power is written ^")]
    [InlineData("c + 1", "has at column 1 \"c\", which is none of the graders: a, b_2, max, größe")]
    [InlineData("1 + pow(a, 2)", "has at column 5 \"pow(\", which is no function; there are min, max, abs, floor, ceil, exp, sqrt, log")]
    [InlineData("abs(a, 1)", "has at column 1 abs of 2 values, which takes one")]
    [InlineData("min()", "has at column 5 \")\" where a number, a name or a bracket is needed")]
    [InlineData("1.2.3", "has at column 1 \"1.2.3\", which is no number")]
    [InlineData("1e999", "has at column 1 \"1e999\", which is no number")]
    [InlineData(".", "has at column 1 \".\", which is no number")]
    [InlineData("a > 1", "has at column 3 \">\" where an operator is needed")]
    [InlineData("a and b_2", "has at column 3 \"a\" where an operator is needed")]
    [InlineData("__import__('os')", "has at column 1 \"__import__(\", which is no function; there are min, max, abs, floor, ceil, exp, sqrt, log")]
    public void What_cannot_be_read_is_told_with_its_column(string text, string problem)
    {
        Assert.Null(Formula.Read(text, _values.Keys, out string told));
        Assert.Equal(problem, told);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("1^")]
    [InlineData("min(")]
    public void Endless_nesting_is_a_problem_and_no_crash(string open) =>
        Assert.Null(Formula.Read(string.Concat(Enumerable.Repeat(open, 50_000)), _values.Keys, out _));

    [Theory]
    [InlineData("1 / (a - a)")]
    [InlineData("log(0)")]
    [InlineData("sqrt(-1)")]
    [InlineData("exp(1e9)")]
    public void What_has_no_value_is_not_finite(string text) => Assert.False(double.IsFinite(Formula.Read(text, _values.Keys, out _)!.Of(_values)));
}
