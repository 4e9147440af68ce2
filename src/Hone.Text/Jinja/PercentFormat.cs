using System.Globalization;
using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>'%s and %(name)05d' % values: s, r, a, c, d, i, u, o, x, e, f, g and %% with flags, width and precision.</summary>
sealed class PercentFormat(object? operand)
{
    readonly IReadOnlyList<object?> _values = operand is PythonTuple tuple ? tuple.Items : [operand];
    int _used;

    public static string Apply(string format, object? operand) => new PercentFormat(operand).Fill(format);

    string Fill(string format)
    {
        var result = new BoundedText();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            int at = i + 1;
            string? key = Key(format, ref at);
            int end = at;
            while (end < format.Length && "-+ 0#.123456789*".Contains(format[end]))
            {
                end++;
            }

            if (end == format.Length)
            {
                throw new TemplateFault("a format ends inside '%'");
            }

            result.Append(format[end] == '%' ? "%" : One(format[at..end], format[end], key));
            i = end;
        }

        return _used == _values.Count || operand is PythonDictionary or List<object?> or Undefined
            ? result.ToString()
            : throw new TemplateFault("a format gets more values than it has places for");
    }

    static string? Key(string format, ref int at)
    {
        if (at >= format.Length || format[at] != '(')
        {
            return null;
        }

        int close = format.IndexOf(')', at);
        string key = close < 0 ? throw new TemplateFault("a format has a '(' without ')'") : format[(at + 1)..close];
        at = close + 1;
        return key;
    }

    object? Value(string? key)
    {
        if (key is null)
        {
            return _used < _values.Count ? _values[_used++] : throw new TemplateFault("a format gets fewer values than it has places for");
        }

        _used = _values.Count;
        var dictionary = operand as PythonDictionary ?? throw new TemplateFault("a format with names needs a dictionary");
        return dictionary.TryGet(key, out object? value) ? value : throw new TemplateFault($"a format has the place '{key}', which is not given");
    }

    string One(string options, char kind, string? key)
    {
        string rest = options.TrimStart('-', '+', ' ', '0', '#'), flags = options[..^rest.Length];
        string[] parts = rest.Split('.');
        int width = Number(parts[0]) ?? 0;
        int? precision = parts.Length > 1 ? Number(parts[1]) ?? 0 : null;
        object? value = Value(key);
        bool numeric = kind is not ('s' or 'r' or 'a' or 'c');
        char align = flags.Contains('-') ? '<' : numeric && flags.Contains('0') ? '=' : '>';
        var format = new FormatSpec(align == '=' ? "0" : " ", align, flags.Contains('+') ? '+' : flags.Contains(' ') ? ' ' : '\0', flags.Contains('#'), width, '\0', precision, '\0');
        if (!numeric)
        {
            string text = kind switch { 's' => Printing.Show(value), 'c' => Character(value), _ => Printing.Represent(value) };
            return FormatSpec.Apply(text, $"{align}{width}{(precision is { } most ? $".{most}" : "")}");
        }

        return kind switch
        {
            'd' or 'i' or 'u' => WithDigits(format, Whole(value)),
            'o' or 'x' or 'X' => (format with { Precision = null, Type = kind }).Show(Exact(value, kind)),
            'e' or 'E' or 'f' or 'F' or 'g' or 'G' => (format with { Type = kind }).Show(Numbers.AsDouble(value)),
            _ => throw new TemplateFault($"the format '%{options}{kind}' is not supported"),
        };
    }

    static string Character(object? value) => value switch
    {
        string text when PythonText.Length(text) == 1 => text,
        BigInteger whole when whole.Sign >= 0 && whole <= 0x10FFFF && !(whole >= 0xD800 && whole <= 0xDFFF) => char.ConvertFromUtf32((int)whole),
        _ => throw new TemplateFault("the format '%c' needs one character"),
    };

    // A precision asks for at least so many digits.
    static string WithDigits(FormatSpec format, BigInteger whole) => format.Precision is { } digits
        ? (format with { Precision = null }).Show(whole, digits)
        : format.Show(whole);

    int? Number(string digits)
    {
        if (digits == "*")
        {
            int given = Numbers.AsInt(Value(null));
            return given is >= 0 and <= FormatSpec.MostWidth ? given : throw new TemplateFault($"a format asks for {given} places");
        }

        return digits.Length == 0 ? null
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= FormatSpec.MostWidth ? number
            : throw new TemplateFault($"a format asks for {digits} places");
    }

    static BigInteger Whole(object? value) => Numbers.TryWhole(value, out var whole) ? whole
        : value is double number && double.IsFinite(number) ? new BigInteger(Math.Truncate(number))
        : throw new TemplateFault($"a format needs a number, not a {Kinds.Of(value)}");

    static BigInteger Exact(object? value, char kind) => Numbers.TryWhole(value, out var whole)
        ? whole
        : throw new TemplateFault($"the format '%{kind}' needs a whole number, not a {Kinds.Of(value)}");
}
