using System.Globalization;
using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>Text as a number, as the filters int and float read it; null for text that is none.</summary>
static class NumberText
{
    public static BigInteger? Whole(string text, int radix)
    {
        string digits = PythonText.Strip(text, null, left: true, right: true).Replace("_", "").ToLowerInvariant();
        string prefix = radix switch { 16 => "0x", 8 => "0o", 2 => "0b", _ => "" };
        bool negative = digits.StartsWith('-');
        string body = digits.StartsWith('-') || digits.StartsWith('+') ? digits[1..] : digits;
        body = prefix.Length > 0 && body.StartsWith(prefix, StringComparison.Ordinal) ? body[2..] : body;
        if (radix is < 2 or > 36 || body.Length is 0 or > 4000 || body.Any(digit => Value(digit) >= radix))
        {
            // "3.9" and "1e3" are whole numbers by way of floats.
            return radix == 10 && Float(text) is { } number && double.IsFinite(number) ? new BigInteger(Math.Truncate(number)) : null;
        }

        var value = body.Aggregate(BigInteger.Zero, (sum, digit) => sum * radix + Value(digit));
        return negative ? -value : value;
    }

    static int Value(char digit) =>
        char.IsAsciiDigit(digit) ? digit - '0' : char.IsAsciiLetterLower(digit) ? digit - 'a' + 10 : int.MaxValue;

    public static double? Float(string text)
    {
        string trimmed = PythonText.Strip(text, null, left: true, right: true).ToLowerInvariant();
        return trimmed switch
        {
            "inf" or "+inf" or "infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            "nan" => double.NaN,
            _ when trimmed.All(c => char.IsAsciiDigit(c) || c is '.' or '+' or '-' or 'e' or '_')
                && double.TryParse(trimmed.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => null,
        };
    }
}
