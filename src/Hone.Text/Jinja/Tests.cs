using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>What stands after "is".</summary>
static class Tests
{
    static readonly Dictionary<string, Func<object?, Arguments, bool>> _tests = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is PythonDictionary,
        ["iterable"] = (value, _) => Kinds.Walk(value) is not null,
        ["sequence"] = (value, _) => value is Undefined or string or List<object?> or PythonTuple or PythonDictionary or PythonRange,
        ["number"] = (value, _) => Numbers.IsNumber(value),
        ["integer"] = (value, _) => value is BigInteger,
        ["float"] = (value, _) => value is double,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["callable"] = (value, _) => value is Function or Undefined or Loop,
        ["odd"] = (value, _) => Comparison.AreEqual(Modulo(value, BigInteger.One + 1), BigInteger.One),
        ["even"] = (value, _) => Comparison.AreEqual(Modulo(value, BigInteger.One + 1), BigInteger.Zero),
        ["divisibleby"] = (value, arguments) => Comparison.AreEqual(Modulo(value, arguments.Require("divisibleby", "num")), BigInteger.Zero),
        ["lower"] = (value, _) => Printing.Show(value) is var text && PythonText.Lower(text) == text && PythonText.Upper(text) != text,
        ["upper"] = (value, _) => Printing.Show(value) is var text && PythonText.Upper(text) == text && PythonText.Lower(text) != text,
        ["escaped"] = (value, _) => Escaping.IsSafe(value),
        ["sameas"] = (value, arguments) => Same(value, arguments.Require("sameas", "other")),
        ["in"] = (value, arguments) => Comparison.Contains(arguments.Require("in", "seq"), value),
        ["filter"] = (value, _) => value is string name && Filters.Exists(name),
        ["test"] = (value, _) => value is string name && Exists(name),
    };

    static readonly Dictionary<string, string> _comparisons = new(StringComparer.Ordinal)
    {
        ["eq"] = "==",
        ["equalto"] = "==",
        ["=="] = "==",
        ["ne"] = "!=",
        ["!="] = "!=",
        ["lt"] = "<",
        ["lessthan"] = "<",
        ["<"] = "<",
        ["le"] = "<=",
        ["<="] = "<=",
        ["gt"] = ">",
        ["greaterthan"] = ">",
        [">"] = ">",
        ["ge"] = ">=",
        [">="] = ">=",
    };

    public static bool Exists(string name) => _tests.ContainsKey(name) || _comparisons.ContainsKey(name);

    public static bool Holds(string name, object? value, Arguments arguments)
    {
        bool holds = _comparisons.TryGetValue(name, out string? sign)
            ? Comparison.Holds(sign, value, arguments.Require(name, "other"))
            : _tests.TryGetValue(name, out var test)
                ? test(value, arguments)
                : throw new TemplateFault($"there is no test '{name}'");
        arguments.Finish(name);
        return holds;
    }

    static object? Modulo(object? value, object? divisor) => value is Undefined undefined
        ? throw undefined.Fault()
        : Numbers.Calculate("%", value, divisor);

    static bool Same(object? left, object? right) =>
        left is bool or null || right is bool or null
            ? Equals(left, right)
            : ReferenceEquals(left, right) || left?.GetType() == right?.GetType() && left is BigInteger or string && Comparison.AreEqual(left, right);
}
