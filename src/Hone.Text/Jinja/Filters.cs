using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>What stands after "|". Filters of lists are in <see cref="ListFilters"/>.</summary>
static class Filters
{
    static readonly Dictionary<string, Func<object?, Arguments, object?>> _filters = new(ListFilters.All.Concat(TextFilters.All), StringComparer.Ordinal)
    {
        ["trim"] = (value, arguments) => PythonText.Strip(Printing.Show(value), arguments.Take("chars", null) as string, left: true, right: true),
        ["upper"] = (value, _) => PythonText.Upper(Printing.Show(value)),
        ["lower"] = (value, _) => PythonText.Lower(Printing.Show(value)),
        ["capitalize"] = (value, _) => PythonText.Capitalize(Printing.Show(value)),
        ["title"] = (value, _) => PythonText.Title(Printing.Show(value), SpecialCasing.Upper, c => !PythonText.IsWhitespace(c) && !"-([{<".Contains(c)),
        ["string"] = (value, _) => Printing.Show(value),
        ["default"] = Default,
        ["d"] = Default,
        ["replace"] = Replace,
        ["tojson"] = JsonText.Write,
        ["int"] = Whole,
        ["float"] = Float,
        ["abs"] = (value, _) => value is double number ? Math.Abs(number)
            : Numbers.TryWhole(Defined(value), out var whole) ? BigInteger.Abs(whole)
            : throw new TemplateFault($"abs needs a number, not a {Kinds.Of(value)}"),
        ["round"] = Round,
        ["format"] = Format,
        ["attr"] = (value, arguments) => Members.OwnAttribute(value, arguments.RequireText("attr", "name")),
    };

    public static bool Exists(string name) => _filters.ContainsKey(name);

    public static object? Apply(string name, object? value, Arguments arguments)
    {
        if (!_filters.TryGetValue(name, out var filter))
        {
            throw new TemplateFault($"there is no filter '{name}'");
        }

        object? result = filter(value, arguments);
        arguments.Finish(name);
        Budget.Made(result);
        return result;
    }

    static object? Defined(object? value) => value is Undefined undefined ? throw undefined.Fault() : value;

    static object? Default(object? value, Arguments arguments)
    {
        object? absent = arguments.Take("default_value", "");
        bool alsoFalse = Kinds.IsTrue(arguments.Take("boolean", false));
        return value is Undefined || alsoFalse && !Kinds.IsTrue(value) ? absent : value;
    }

    static string Replace(object? value, Arguments arguments)
    {
        string old = Printing.Show(arguments.Require("replace", "old")), replacement = Printing.Show(arguments.Require("replace", "new"));
        object? most = arguments.Take("count", null);
        return PythonText.Replace(Printing.Show(value), old, replacement, most is null ? -1 : Numbers.AsInt(most));
    }

    static object? Whole(object? value, Arguments arguments)
    {
        object? absent = arguments.Take("default", BigInteger.Zero);
        int radix = Numbers.AsInt(arguments.Take("base", (BigInteger)10));
        return Defined(value) switch
        {
            double number when double.IsFinite(number) => new BigInteger(Math.Truncate(number)),
            string text => NumberText.Whole(text, radix) is { } whole ? whole : absent,
            var other => Numbers.TryWhole(other, out var whole) ? whole : absent,
        };
    }

    static object? Float(object? value, Arguments arguments)
    {
        object? absent = arguments.Take("default", 0.0);
        return Defined(value) switch
        {
            string text => NumberText.Float(text) is { } number ? number : absent,
            var other => Numbers.IsNumber(other) ? Numbers.AsDouble(other) : absent,
        };
    }

    static object Round(object? value, Arguments arguments)
    {
        int digits = Math.Clamp(Numbers.AsInt(arguments.Take("precision", BigInteger.Zero)), -300, 300);
        string method = Printing.Show(arguments.Take("method", "common"));
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw new TemplateFault($"round has no method '{method}'; it has common, ceil and floor");
        }

        if (method == "common" && Numbers.TryWhole(value, out var whole))
        {
            double size = (double)whole;
            return digits >= 0 ? whole
                : double.IsFinite(size) && NumberText.Round(size, digits) is var rounded && double.IsFinite(rounded) ? new BigInteger(rounded)
                : throw new TemplateFault("round gets a number that is too large");
        }

        double number = Numbers.AsDouble(Defined(value));
        double scale = Math.Pow(10, digits);
        return method switch
        {
            "common" => double.IsFinite(number) ? NumberText.Round(number, digits) : number,
            "ceil" => Math.Ceiling(number * scale) / scale,
            _ => Math.Floor(number * scale) / scale,
        };
    }

    static string Format(object? value, Arguments arguments)
    {
        var named = arguments.TakeRestNamed();
        var positional = arguments.TakeRest();
        return named.Count > 0 && positional.Count > 0
            ? throw new TemplateFault("format takes values in order or by name, not both")
            : PercentFormat.Apply(Printing.Show(value), named.Count > 0 ? named : new PythonTuple(positional));
    }
}
