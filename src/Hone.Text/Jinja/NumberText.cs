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

    /// <summary>Rounds the exact value of a float to so many decimal places (negative: to tens, hundreds), halves to even.</summary>
    public static double Round(double number, int digits)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        int exponent = (int)(bits >> 52);
        long fraction = bits & (1L << 52) - 1;
        BigInteger numerator = exponent == 0 ? fraction : fraction | 1L << 52, denominator = 1;
        int power = Math.Max(exponent, 1) - 1075;
        (numerator, denominator) = power >= 0 ? (numerator << power, denominator) : (numerator, denominator << -power);
        (numerator, denominator) = digits >= 0
            ? (numerator * BigInteger.Pow(10, digits), denominator)
            : (numerator, denominator * BigInteger.Pow(10, -digits));
        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        int half = (rest * 2).CompareTo(denominator);
        quotient += half > 0 || half == 0 && !quotient.IsEven ? 1 : 0;
        double rounded = double.Parse($"{quotient}E{-digits}", CultureInfo.InvariantCulture);
        return number < 0 ? -rounded : rounded;
    }
}
