using System.Globalization;
using System.Numerics;

namespace Hone.Grading.Rules.Numbers;

/// <summary>An exact fraction in lowest terms, its denominator above 0.</summary>
/// <remarks>Never <c>default</c>. Numbers can be written that no memory holds (<c>9^{9^9}</c>): what could grow beyond
/// <see cref="MostBits"/> is null.</remarks>
public readonly record struct Rational
{
    /// <summary>Bits of the larger of numerator and denominator.</summary>
    public const int MostBits = 8192;

    /// <summary>Digits that a number in a text may have.</summary>
    const int MostDigits = 1000;

    Rational(BigInteger numerator, BigInteger denominator) => (Numerator, Denominator) = (numerator, denominator);

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public static Rational Zero { get; } = new(0, 1);

    public static Rational One { get; } = new(1, 1);

    public bool IsInteger => Denominator.IsOne;

    public bool IsZero => Numerator.IsZero;

    public int Sign => Numerator.Sign;

    public static implicit operator Rational(long value) => new(value, 1);

    /// <summary>Null where the denominator is 0 or the fraction too large.</summary>
    public static Rational? Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero || numerator.GetBitLength() > 2 * MostBits || denominator.GetBitLength() > 2 * MostBits)
        {
            return null;
        }

        var common = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        var (above, below) = (numerator / common, denominator / common);
        return above.GetBitLength() > MostBits || below.GetBitLength() > MostBits ? null : new(above, below);
    }

    /// <summary>"12.50" · 10^exponent, of ASCII digits and a point. Null where it is no such number or too long.</summary>
    public static Rational? OfDecimal(ReadOnlySpan<char> digits, int exponent = 0)
    {
        int point = digits.IndexOf('.');
        string whole = point < 0 ? digits.ToString() : string.Concat(digits[..point], digits[(point + 1)..]);
        int scale = exponent - (point < 0 ? 0 : digits.Length - point - 1);
        if (whole.Length is 0 or > MostDigits || Math.Abs(scale) > MostDigits || whole.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var value = BigInteger.Parse(whole, NumberStyles.None);
        var power = BigInteger.Pow(10, Math.Abs(scale));
        return scale < 0 ? Of(value, power) : Of(value * power, 1);
    }

    /// <summary>A finite number as its shortest decimal form: 0.1 is 1/10.</summary>
    public static Rational OfShortest(double value)
    {
        string text = Math.Abs(value).ToString("E16");
        foreach (int digits in Enumerable.Range(0, 17))
        {
            string shorter = Math.Abs(value).ToString($"E{digits}");
            if (double.Parse(shorter) == Math.Abs(value))
            {
                text = shorter;
                break;
            }
        }

        int e = text.IndexOf('E');
        var exact = OfDecimal(text.AsSpan(0, e), int.Parse(text.AsSpan(e + 1))) ?? Zero;
        return value < 0 ? exact.Negated() : exact;
    }

    public Rational Negated() => new(-Numerator, Denominator);

    public Rational Absolute() => new(BigInteger.Abs(Numerator), Denominator);

    public Rational? Plus(Rational other) =>
        Of(Numerator * other.Denominator + other.Numerator * Denominator, Denominator * other.Denominator);

    public Rational? Minus(Rational other) => Plus(other.Negated());

    public Rational? Times(Rational other) => Of(Numerator * other.Numerator, Denominator * other.Denominator);

    /// <summary>Null for a division by 0.</summary>
    public Rational? Over(Rational other) => Of(Numerator * other.Denominator, Denominator * other.Numerator);

    /// <summary>Null for 0 to a power below 0, and for 0^0.</summary>
    public Rational? Power(int exponent)
    {
        long bits = Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength()) * Math.Abs((long)exponent);
        if (bits > MostBits || (IsZero && exponent <= 0))
        {
            return (Numerator, Denominator, exponent) switch
            {
                ({ IsOne: true }, { IsOne: true }, _) => One,
                ({ IsZero: true }, _, > 0) => Zero,
                _ => null,
            };
        }

        var (above, below) = (BigInteger.Pow(Numerator, Math.Abs(exponent)), BigInteger.Pow(Denominator, Math.Abs(exponent)));
        return exponent < 0 ? Of(below, above) : new(above, below);
    }

    /// <summary>The root where it is rational; an odd one of a number below 0 is below 0.</summary>
    public Rational? Root(int degree)
    {
        if (degree is < 1 or > 64 || (Sign < 0 && degree % 2 == 0))
        {
            return null;
        }

        return Root(BigInteger.Abs(Numerator), degree) is { } above && Root(Denominator, degree) is { } below ? new(above * Sign, below) : null;
    }

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public double ToDouble()
    {
        // Both are cut to sixty-odd bits first: neither fits a double where the quotient may.
        int shift = (int)Math.Max(0, Denominator.GetBitLength() - 64), raise = (int)Math.Max(0, Numerator.GetBitLength() - 64);
        return Math.ScaleB((double)(Numerator >> raise) / (double)(Denominator >> shift), raise - shift);
    }

    public override string ToString() => IsInteger ? $"{Numerator}" : $"{Numerator}/{Denominator}";

    // By halving: the largest r with r^degree ≤ value, if that is the value.
    static BigInteger? Root(BigInteger value, int degree)
    {
        BigInteger low = 0, high = BigInteger.One << (int)(value.GetBitLength() / degree + 1);
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (BigInteger.Pow(middle, degree) <= value)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return BigInteger.Pow(low, degree) == value ? low : null;
    }
}
