using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>The operators of two operands, for numbers, text and lists.</summary>
static class Operators
{
    // A repeated text or list beyond this is an attack or a mistake.
    const int MostRepeated = 1 << 22;

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
            ("+", string a, string b) => a + b,
            ("+", List<object?> a, List<object?> b) => (List<object?>)[.. a, .. b],
            ("+", PythonTuple a, PythonTuple b) => new PythonTuple([.. a.Items, .. b.Items]),
            ("*", string or List<object?> or PythonTuple, bool or BigInteger) => Repeat(left, right),
            ("*", bool or BigInteger, string or List<object?> or PythonTuple) => Repeat(right, left),
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) => Numbers.Calculate(sign, left, right),
            _ => throw new TemplateFault($"'{sign}' cannot join a {Kinds.Of(left)} and a {Kinds.Of(right)}"),
        };
    }

    static object Repeat(object sequence, object? times)
    {
        int count = Math.Max(0, Numbers.AsInt(times));
        int length = sequence is string text ? text.Length : Kinds.Items(sequence).Count;
        if ((long)count * length > MostRepeated)
        {
            throw new TemplateFault($"a repetition has more than {MostRepeated} items");
        }

        if (sequence is string part)
        {
            return string.Concat(Enumerable.Repeat(part, count));
        }

        List<object?> items = [.. Enumerable.Repeat(Kinds.Items(sequence), count).SelectMany(item => item)];
        return sequence is PythonTuple ? new PythonTuple(items) : items;
    }
}
