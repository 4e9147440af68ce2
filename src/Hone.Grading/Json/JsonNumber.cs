using System.Numerics;
using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>A JSON number by its exact value: ± Digits · 10^Exponent. Equal values are equal records: <c>1</c>, <c>1.0</c>, <c>10e-1</c>.</summary>
/// <remarks>Digits have no zeros at either end; zero has none at all. An exponent past ±10^15 is taken as that.</remarks>
readonly record struct JsonNumber(bool Negative, string Digits, long Exponent) : IComparable<JsonNumber>
{
    const long FarthestExponent = 1_000_000_000_000_000;

    public bool IsZero => Digits.Length == 0;

    public bool IsWhole => Exponent >= 0;

    public static JsonNumber Of(JsonElement number)
    {
        string text = number.GetRawText();
        bool negative = text[0] == '-';
        var unsigned = text.AsSpan(negative ? 1 : 0);
        int mark = unsigned.IndexOfAny('e', 'E');
        long exponent = mark < 0 ? 0 : ReadExponent(unsigned[(mark + 1)..]);
        var mantissa = mark < 0 ? unsigned : unsigned[..mark];
        int point = mantissa.IndexOf('.');
        string digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        string trimmed = digits.TrimEnd('0');
        return trimmed.Length == 0 ? new(false, "", 0) : new(negative, trimmed.TrimStart('0'), exponent + digits.Length - trimmed.Length);
    }

    public int CompareTo(JsonNumber other)
    {
        if (IsZero || other.IsZero || Negative != other.Negative)
        {
            return Sign.CompareTo(other.Sign);
        }

        int size = (Digits.Length + Exponent).CompareTo(other.Digits.Length + other.Exponent);
        size = size != 0 ? size : string.CompareOrdinal(Digits, other.Digits);
        return Negative ? -size : size;
    }

    /// <summary>Whether this is a whole number of times a divisor above zero, exactly.</summary>
    public bool IsMultipleOf(JsonNumber divisor)
    {
        if (IsZero)
        {
            return true;
        }

        // Below the divisor's last place every multiple has zeros, and ours has a digit there.
        if (Exponent < divisor.Exponent)
        {
            return false;
        }

        var by = BigInteger.Parse(divisor.Digits);
        return BigInteger.Parse(Digits) * BigInteger.ModPow(10, Exponent - divisor.Exponent, by) % by == 0;
    }

    /// <summary>The closest double; past its range infinity.</summary>
    public static double Approximate(JsonElement number) => number.TryGetDouble(out double value) ? value : double.NaN;

    public override string ToString() => IsZero ? "0" : $"{(Negative ? "-" : "")}{Digits}e{Exponent}";

    int Sign => IsZero ? 0 : Negative ? -1 : 1;

    static long ReadExponent(ReadOnlySpan<char> text)
    {
        bool negative = text[0] == '-';
        var digits = text.TrimStart("+-").TrimStart('0');
        long size = digits.Length == 0 ? 0 : digits.Length > 15 ? FarthestExponent : long.Parse(digits);
        return negative ? -size : size;
    }
}
