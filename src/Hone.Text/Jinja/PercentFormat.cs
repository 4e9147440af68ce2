using System.Globalization;
using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>'%s and %d' % (a, b): s, d, i, f, r, x and %% with flags, width and precision.</summary>
static class PercentFormat
{
    public static string Apply(string format, object? operand)
    {
        var values = operand is PythonTuple tuple ? tuple.Items : [operand];
        var result = new StringBuilder();
        int used = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            int end = i + 1;
            while (end < format.Length && "-+ 0#.123456789".Contains(format[end]))
            {
                end++;
            }

            if (end == format.Length)
            {
                throw new TemplateFault("a format ends inside '%'");
            }

            result.Append(format[end] == '%' ? "%" : One(format[(i + 1)..end], format[end], Next()));
            i = end;
        }

        return used == values.Count || operand is PythonDictionary
            ? result.ToString()
            : throw new TemplateFault("a format gets more values than it has places for");

        object? Next() => used < values.Count ? values[used++] : throw new TemplateFault("a format gets fewer values than it has places for");
    }

    static string One(string options, char kind, object? value)
    {
        string[] parts = options.TrimStart('-', '+', ' ', '0', '#').Split('.');
        string flags = options[..^options.TrimStart('-', '+', ' ', '0', '#').Length];
        int width = Math.Min(1000, parts[0].Length > 0 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : 0);
        int? precision = parts.Length > 1 ? Math.Min(100, parts[1].Length > 0 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) : null;
        string text = kind switch
        {
            's' => Cut(Printing.Show(value), precision),
            'r' => Cut(Printing.Represent(value), precision),
            'd' or 'i' => new BigInteger(Math.Truncate(Numbers.AsDouble(value))) is var rounded && Numbers.TryWhole(value, out var whole)
                ? whole.ToString() : rounded.ToString(),
            'f' or 'F' => Numbers.AsDouble(value).ToString("F" + (precision ?? 6), CultureInfo.InvariantCulture),
            'x' when Numbers.TryWhole(value, out var whole) => whole.ToString("x").TrimStart('0').PadLeft(1, '0'),
            _ => throw new TemplateFault($"the format '%{options}{kind}' is not supported"),
        };
        bool numeric = kind is not ('s' or 'r');
        text = numeric && flags.Contains('+') && !text.StartsWith('-') ? "+" + text : text;
        return flags.Contains('-') ? text.PadRight(width)
            : numeric && flags.Contains('0') ? PadZeros(text, width)
            : text.PadLeft(width);
    }

    static string Cut(string text, int? precision) =>
        precision is { } most ? string.Concat(PythonText.Characters(text).Take(most)) : text;

    static string PadZeros(string text, int width)
    {
        int sign = text[0] is '-' or '+' ? 1 : 0;
        return text[..sign] + text[sign..].PadLeft(width - sign, '0');
    }
}
