using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>The operators of two operands, for numbers, text and lists.</summary>
static class Operators
{
    public static object? Apply(string sign, object? left, object? right)
    {
        if ((sign, left) is ("%", string format))
        {
            return PercentFormat.Apply(format, right);
        }

        if ((left as Undefined ?? right as Undefined) is { } undefined)
        {
            throw undefined.Fault();
        }

        return (sign, left, right) switch
        {
            ("+", string a, string b) => Join(a, b),
            ("+", List<object?> a, List<object?> b) => Join(a, b),
            ("+", PythonTuple a, PythonTuple b) => new PythonTuple(Join(a.Items, b.Items)),
            ("*", string or List<object?> or PythonTuple, bool or BigInteger) => Repeat(left, right),
            ("*", bool or BigInteger, string or List<object?> or PythonTuple) => Repeat(right, left),
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) => Numbers.Calculate(sign, left, right),
            _ => throw new TemplateFault($"'{sign}' cannot join a {Kinds.Of(left)} and a {Kinds.Of(right)}"),
        };
    }

    static string Join(string left, string right)
    {
        Budget.Text((long)left.Length + right.Length);
        return left + right;
    }

    static List<object?> Join(IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        Budget.Items((long)left.Count + right.Count);
        return [.. left, .. right];
    }

    static object Repeat(object sequence, object? times)
    {
        int count = Math.Max(0, Numbers.AsInt(times));
        if (sequence is string text)
        {
            Budget.Text((long)count * text.Length);
            return new StringBuilder(count * text.Length).Insert(0, text, count).ToString();
        }

        var part = Kinds.Items(sequence);
        Budget.Items((long)count * part.Count);
        List<object?> items = new(count * part.Count);
        for (int i = 0; i < count && part.Count > 0; i++)
        {
            items.AddRange(part);
        }

        return sequence is PythonTuple ? new PythonTuple(items) : items;
    }
}
