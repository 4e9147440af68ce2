using System.Globalization;
using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>Python's arithmetic: whole numbers without bound, "/" always a float, "//" and "%" towards minus infinity.</summary>
static class Numbers
{
    // A power or a product of text beyond this is an attack or a mistake, not a chat template.
    const int MostBits = 1 << 16;

    public static bool IsNumber(object? value) => value is bool or BigInteger or double;

    public static double AsDouble(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        BigInteger whole => (double)whole,
        double number => number,
        _ => throw new TemplateFault($"a {Kinds.Of(value)} stands where a number is needed"),
    };

    public static bool TryWhole(object? value, out BigInteger whole)
    {
        whole = value switch { bool flag => flag ? 1 : 0, BigInteger number => number, _ => default };
        return value is bool or BigInteger;
    }

    /// <summary>A whole number that fits an int; a fault for anything else.</summary>
    public static int AsInt(object? value) => value is Undefined undefined
        ? throw undefined.Fault()
        : TryWhole(value, out var whole)
            ? (int)BigInteger.Clamp(whole, int.MinValue, int.MaxValue)
            : throw new TemplateFault($"a {Kinds.Of(value)} stands where a whole number is needed");

    public static object Calculate(string sign, object? left, object? right)
    {
        if (TryWhole(left, out var a) && TryWhole(right, out var b))
        {
            return Whole(sign, a, b);
        }

        double x = AsDouble(left), y = AsDouble(right);
        return sign switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / NonZero(y),
            "//" => Math.Floor(x / NonZero(y)),
            "%" => x - y * Math.Floor(x / NonZero(y)),
            _ => Math.Pow(x, y),
        };
    }

    static object Whole(string sign, BigInteger a, BigInteger b)
    {
        if (a.GetBitLength() + b.GetBitLength() > MostBits)
        {
            throw new TemplateFault($"a number has more than {MostBits} bits");
        }

        switch (sign)
        {
            case "+": return a + b;
            case "-": return a - b;
            case "*": return a * b;
            case "/": return (double)a / NonZero((double)b);
            case "//": NonZero((double)b); return FloorDivide(a, b);
            case "%": NonZero((double)b); return a - b * FloorDivide(a, b);
        }

        if (b.Sign < 0)
        {
            return Math.Pow((double)a, (double)b);
        }

        // The powers of 0, 1 and −1 take no bits, however large the exponent is.
        if (BigInteger.Abs(a) <= BigInteger.One)
        {
            return b.IsEven ? (b.IsZero ? BigInteger.One : a * a) : a;
        }

        return a.GetBitLength() * b > MostBits
            ? throw new TemplateFault($"a power has more than {MostBits} bits")
            : BigInteger.Pow(a, (int)b);
    }

    static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    static double NonZero(double divisor) => divisor != 0 ? divisor : throw new TemplateFault("a division by zero");

    /// <summary>A float as Python prints it: the shortest digits that read back the same, 1.0, 1e+20, 1e-05.</summary>
    public static string Show(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string[] parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        int point = parts[0].IndexOf('.');
        string digits = parts[0].Replace(".", "");
        int zeros = value == 0 ? 0 : digits.Length - digits.TrimStart('0').Length;
        int exponent = (point < 0 ? digits.Length : point) - 1 - zeros;
        exponent += parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        digits = digits[zeros..].TrimEnd('0');
        return (double.IsNegative(value) ? "-" : "") + Layout(digits.Length == 0 ? "0" : digits, exponent);
    }

    static string Layout(string digits, int exponent)
    {
        if (exponent is < -4 or >= 16)
        {
            string mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0') + ".0"
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
