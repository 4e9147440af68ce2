using System.Globalization;
using System.Numerics;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>What stands behind the colon of '{:&gt;8.2f}'.format(x): [[fill]align][sign][#][0][width][,][.precision][type].</summary>
readonly record struct FormatSpec(string Fill, char Align, char Sign, bool Alternate, int Width, char Grouping, int? Precision, char Type)
{
    public const int MostWidth = 1 << 16;

    public static string Apply(object? value, string specification)
    {
        if (specification.Length == 0)
        {
            return Printing.Show(value);
        }

        var format = Parse(specification);
        return value switch
        {
            string text => format.OfText(text),
            bool flag when format.Type is '\0' or 's' => format.OfText(flag ? "True" : "False"),
            bool or BigInteger when Numbers.TryWhole(value, out var whole) => format.OfWhole(whole, digits: 1),
            double number => format.OfFloat(number),
            Undefined undefined => throw undefined.Fault(),
            _ => throw new TemplateFault($"a {Kinds.Of(value)} has no format '{specification}'"),
        };
    }

    public string Show(BigInteger whole, int digits = 1) => OfWhole(whole, digits);

    public string Show(double number) => OfFloat(number);

    static FormatSpec Parse(string text)
    {
        var characters = PythonText.Characters(text);
        int at = 0;
        (string fill, char align) = (" ", '\0');
        if (characters is [_, "<" or ">" or "=" or "^", ..])
        {
            (fill, align, at) = (characters[0], characters[1][0], 2);
        }
        else if (characters[0] is "<" or ">" or "=" or "^")
        {
            (align, at) = (characters[0][0], 1);
        }

        char sign = Take("+- ");
        bool alternate = Take("#") != '\0';
        bool zero = Take("0") != '\0';
        int width = Digits() ?? 0;
        char grouping = Take(",_");
        int? precision = Take(".") == '\0' ? null : Digits() ?? throw new TemplateFault($"the format '{text}' has a point without digits");
        char type = Take("bcdeEfFgGnosxX%");
        if (at < characters.Count || width > MostWidth || precision > MostWidth)
        {
            throw new TemplateFault($"the format '{text}' is not supported");
        }

        return zero && align == '\0'
            ? new("0", '=', sign, alternate, width, grouping, precision, type)
            : new(fill, align, sign, alternate, width, grouping, precision, type);

        char Take(string allowed) => at < characters.Count && characters[at].Length == 1 && allowed.Contains(characters[at][0]) ? characters[at++][0] : '\0';

        int? Digits()
        {
            int start = at;
            while (at < characters.Count && characters[at].Length == 1 && char.IsAsciiDigit(characters[at][0]))
            {
                at++;
            }

            return at == start ? null
                : int.TryParse(string.Concat(characters[start..at]), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
                : int.MaxValue;
        }
    }

    string OfText(string text)
    {
        if (Type is not ('\0' or 's') || Sign != '\0' || Align == '=' && Fill != "0" || Grouping != '\0')
        {
            throw new TemplateFault("a string has no such format");
        }

        string cut = Precision is { } most ? string.Concat(PythonText.Characters(text).Take(most)) : text;
        return Padded("", cut, Align is '\0' or '=' ? '<' : Align);
    }

    string OfWhole(BigInteger whole, int digits)
    {
        if (Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            return OfFloat((double)whole);
        }

        if (Precision is not null || Type == 's')
        {
            throw new TemplateFault("a whole number has no such format");
        }

        var size = BigInteger.Abs(whole);
        (string prefix, string text) = Type switch
        {
            'x' => ("0x", Radix(size, 4)),
            'X' => ("0X", Radix(size, 4).ToUpperInvariant()),
            'o' => ("0o", Radix(size, 3)),
            'b' => ("0b", Radix(size, 1)),
            'c' => ("", Rune.IsValid((int)BigInteger.Min(size, int.MaxValue)) && whole.Sign >= 0
                ? char.ConvertFromUtf32((int)size)
                : throw new TemplateFault("the format 'c' needs the number of a character")),
            _ => ("", WholeText.Of(size)),
        };
        string grouped = Grouped(text.PadLeft(digits, '0'), Type is 'x' or 'X' or 'o' or 'b' ? 4 : 3);
        return Padded(SignOf(whole.Sign < 0) + (Alternate ? prefix : ""), grouped, Align == '\0' ? '>' : Align);
    }

    static string Radix(BigInteger size, int bits)
    {
        string digits = "";
        do
        {
            digits = "0123456789abcdef"[(int)(size & ((1 << bits) - 1))] + digits;
            size >>= bits;
        }
        while (!size.IsZero);
        return digits;
    }

    string OfFloat(double number)
    {
        if (Type is not ('\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%'))
        {
            throw new TemplateFault("a number has no such format");
        }

        string text = FloatText.Of(Math.Abs(number), Type, Precision);
        int point = text.IndexOfAny(['.', 'e', 'E', '%']);
        string grouped = point < 0 ? Grouped(text, 3) : Grouped(text[..point], 3) + text[point..];
        return Padded(SignOf(number < 0 || number == 0 && double.IsNegative(number)), grouped, Align == '\0' ? '>' : Align);
    }

    string SignOf(bool negative) => negative ? "-" : Sign is '+' or ' ' ? Sign.ToString() : "";

    string Grouped(string digits, int size)
    {
        if (Grouping == '\0' || !digits.All(char.IsAsciiHexDigit))
        {
            return digits;
        }

        for (int at = digits.Length - size; at > 0; at -= size)
        {
            digits = digits.Insert(at, Grouping.ToString());
        }

        return digits;
    }

    string Padded(string sign, string text, char align)
    {
        int missing = Math.Max(0, Width - sign.Length - PythonText.Length(text));
        int left = align switch { '<' => 0, '^' => missing / 2, _ => missing };
        string before = string.Concat(Enumerable.Repeat(Fill, left)), after = string.Concat(Enumerable.Repeat(Fill, missing - left));
        return align == '=' ? sign + before + text : before + sign + text + after;
    }
}

/// <summary>A float that is not negative, in the forms e, f, g and %.</summary>
static class FloatText
{
    public static string Of(double number, char type, int? precision)
    {
        if (!double.IsFinite(number))
        {
            string name = double.IsNaN(number) ? "nan" : "inf";
            return (char.IsAsciiLetterUpper(type) ? name.ToUpperInvariant() : name) + (type == '%' ? "%" : "");
        }

        return type switch
        {
            '\0' when precision is null => Numbers.Show(number),
            '\0' => General(number, precision.Value, 'r'),
            'f' or 'F' => Fixed(number, precision ?? 6),
            '%' => Fixed(number * 100, precision ?? 6) + "%",
            'e' or 'E' => Scientific(number, precision ?? 6, type),
            _ => General(number, precision ?? 6, type),
        };
    }

    static string Fixed(double number, int precision) => number.ToString("F" + precision, CultureInfo.InvariantCulture);

    static string Scientific(double number, int precision, char e)
    {
        string[] parts = number.ToString("E" + precision, CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return $"{parts[0]}{e}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    // 'r' keeps at least one digit behind the point, as Python does when no type is given.
    static string General(double number, int precision, char type)
    {
        precision = Math.Max(1, precision);
        int exponent = number == 0 ? 0 : int.Parse(
            number.ToString("E" + (precision - 1), CultureInfo.InvariantCulture).Split('E')[1], CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= precision)
        {
            string[] parts = Scientific(number, precision - 1, 'e').Split('e');
            return Trimmed(parts[0]) + (type == 'G' ? "E" : "e") + parts[1];
        }

        string text = Trimmed(Fixed(number, Math.Max(0, precision - 1 - exponent)));
        return type == 'r' && !text.Contains('.') ? text + ".0" : text;
    }

    static string Trimmed(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
}
