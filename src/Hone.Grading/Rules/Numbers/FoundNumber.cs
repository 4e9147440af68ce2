using System.Globalization;

namespace Hone.Grading.Rules.Numbers;

/// <summary>A number as it stands in a text of <see cref="NumberText"/>: where, how much, and whether a percent sign follows.</summary>
/// <remarks>Null value: something that looks like a number and is none (<c>1.2.3</c>, <c>3/0</c>, <c>12:30</c>, <c>3/4/2020</c>).</remarks>
readonly record struct FoundNumber(int Start, int End, Rational? Value, bool IsPercent)
{
    const int LongestExponent = 4;

    static readonly (string Word, int Power)[] _magnitudes = [("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];

    /// <summary>The power of ten that a word behind it stands for: 6 of <c>3 million</c>; 0 without one.</summary>
    public int Power { get; init; }

    /// <summary>With what the word says.</summary>
    public Rational? Full => Power == 0 ? Value : Value?.Times(((Rational)10).Power(Power) ?? 1);

    /// <summary>All numbers from left to right.</summary>
    /// <param name="point">What stands before the decimals: a point or a comma.</param>
    public static IEnumerable<FoundNumber> In(string text, char point = '.')
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!StartsAt(text, i, point))
            {
                continue;
            }

            if (IsInWord(text, i))
            {
                i = WordEnd(text, i) - 1;
                continue;
            }

            var found = Read(text, i, point);
            yield return found;
            i = found.End - 1;
        }
    }

    // A digit behind a letter belongs to a word or unit: m2, F-18, cm^2, cm^{2}.
    static bool IsInWord(string text, int i)
    {
        int letter = i - 1;
        letter -= letter > 0 && text[letter] == '{' && text[letter - 1] == '^' ? 1 : 0;
        letter -= letter > 0 && text[letter] is '-' or '^' ? 1 : 0;
        letter -= letter > 0 && letter < i - 1 && text[letter] == '}' ? 1 : 0;
        return letter >= 0 && char.IsLetter(text[letter]);
    }

    static bool StartsAt(string text, int i, char point) => char.IsAsciiDigit(text[i])
        || (text[i] == point && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]) && (i == 0 || !char.IsAsciiDigit(text[i - 1])));

    static int WordEnd(string text, int i)
    {
        while (i < text.Length && char.IsLetterOrDigit(text[i]))
        {
            i++;
        }

        return i;
    }

    static FoundNumber Read(string text, int start, char point)
    {
        int at = start;
        var value = Unsigned(text, ref at, point);
        int sign = Sign(text, start, out bool negative);
        for (; Joins(text, at); at = Digits(text, at + 1))
        {
            value = null;
        }

        int power = Magnitude(text, ref at);
        int end = at;
        Skip(text, ref at);
        bool percent = at < text.Length && (text[at] == '%' || text.AsSpan(at).StartsWith("percent", StringComparison.OrdinalIgnoreCase));
        return new(sign, percent ? at + (text[at] == '%' ? 1 : "percent".Length) : end, negative ? value?.Negated() : value, percent) { Power = power };
    }

    // "3 million", "3-million", "3\text{ million}" whose brace is plain here.
    static int Magnitude(string text, ref int at)
    {
        int from = at;
        while (from < text.Length && text[from] is ' ' or '_' or '{' or '-')
        {
            from++;
        }

        foreach (var (word, power) in _magnitudes)
        {
            int end = from + word.Length;
            if (text.AsSpan(from).StartsWith(word, StringComparison.OrdinalIgnoreCase) && !(end < text.Length && char.IsLetter(text[end]) && text[end] is not ('s' or 'S')))
            {
                at = end;
                return power;
            }
        }

        return 0;
    }

    // A time, a date, a version.
    static bool Joins(string text, int at) =>
        at + 1 < text.Length && text[at] is ':' or '/' or '.' or ',' && char.IsAsciiDigit(text[at + 1]);

    // 1,250.50 · 3/4 · 1 3/4 · 1.5e3 · 1.5 × 10^3
    static Rational? Unsigned(string text, ref int at, char point)
    {
        var value = Decimal(text, ref at, point);
        if (value is not { } number)
        {
            return null;
        }

        int next = at;
        if (number.IsInteger && Over(text, ref next, point) is { } below)
        {
            at = next;
            return number.Over(below);
        }

        next = at;
        if (number.IsInteger && Mixed(text, ref next, point) is { } part)
        {
            at = next;
            return number.Plus(part);
        }

        return Exponent(text, ref at, out var power) ? power is { } factor ? number.Times(factor) : null : number;
    }

    // Digits in one piece, or parted into thousands by commas, apostrophes or narrow spaces.
    static Rational? Decimal(string text, ref int at, char point)
    {
        int start = at;
        at = Digits(text, at);
        int first = at - start;
        char parting = at < text.Length && text[at] is ',' or '.' or '\'' or '_' && text[at] != point ? text[at] : '\0';
        int thousands = at;
        while (parting != '\0' && at < text.Length && text[at] == parting && Digits(text, at + 1) is var end && end > at + 1)
        {
            if (end - at != 4 || first > 3 || first == 0)
            {
                at = parting is '\'' or '_' ? thousands : end;
                return parting is '\'' or '_' ? Parse(text[start..thousands]) : null;
            }

            at = end;
        }

        string whole = parting == '\0' ? text[start..at] : text[start..at].Replace($"{parting}", "");
        if (at < text.Length && text[at] == point && Digits(text, at + 1) is var last && last > at + 1)
        {
            whole = $"{whole}.{text[(at + 1)..last]}";
            at = last;
        }

        return Parse(whole);
    }

    static Rational? Parse(string digits) => Rational.OfDecimal(digits);

    static int Digits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    // "/ 4" after a whole number.
    static Rational? Over(string text, ref int at, char point)
    {
        Skip(text, ref at);
        if (at >= text.Length || text[at] != '/')
        {
            return null;
        }

        at++;
        Skip(text, ref at);
        return at < text.Length && char.IsAsciiDigit(text[at]) ? Decimal(text, ref at, point) ?? Rational.Zero : null;
    }

    // " 3/4" after a whole number, with a numerator below its denominator.
    static Rational? Mixed(string text, ref int at, char point)
    {
        int from = at;
        Skip(text, ref at);
        if (at == from || at >= text.Length || !char.IsAsciiDigit(text[at]))
        {
            return null;
        }

        var above = Decimal(text, ref at, point);
        bool tight = at < text.Length && text[at] == '/';
        return tight && above is { } a && Over(text, ref at, point) is { } b && a.IsInteger && b.IsInteger && a.CompareTo(b) < 0 ? a.Over(b) : null;
    }

    // "e3", "× 10^3". Beyond what a fraction holds it is read, and has no value.
    static bool Exponent(string text, ref int at, out Rational? factor)
    {
        factor = null;
        int next = PowerOfTen(text, at);
        if (next < 0)
        {
            return false;
        }

        bool negative = next < text.Length && text[next] == '-';
        next += next < text.Length && text[next] is '-' or '+' ? 1 : 0;
        int end = Digits(text, next);
        if (end == next || (end < text.Length && char.IsLetter(text[end])))
        {
            return false;
        }

        int power = end - next <= LongestExponent ? int.Parse(text.AsSpan(next, end - next), NumberStyles.None) : int.MaxValue;
        at = end + (end < text.Length && text[end] is '}' or ')' ? 1 : 0);
        factor = power > 2000 ? null : ((Rational)10).Power(negative ? -power : power);
        return true;
    }

    // Where the exponent begins; −1 where there is none.
    static int PowerOfTen(string text, int next)
    {
        if (next < text.Length && text[next] is 'e' or 'E')
        {
            return next + 1;
        }

        Skip(text, ref next);
        if (next >= text.Length || text[next] is not ('×' or 'x' or '*'))
        {
            return -1;
        }

        next++;
        Skip(text, ref next);
        if (!text.AsSpan(next).StartsWith("10^"))
        {
            return -1;
        }

        next += "10^".Length;
        return next + (next < text.Length && text[next] is '{' or '(' ? 1 : 0);
    }

    static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '_')
        {
            at++;
        }
    }

    // Before the digits: "-", "$", "-$", "$-", "$ ". A minus behind a digit, a letter or a bracket subtracts or joins.
    static int Sign(string text, int start, out bool negative)
    {
        negative = false;
        int at = TakeSign(text, start, ref negative);
        bool signed = at < start;
        int currency = at;
        while (!signed && currency > 0 && text[currency - 1] == ' ')
        {
            currency--;
        }

        if (currency > 0 && char.GetUnicodeCategory(text[currency - 1]) == UnicodeCategory.CurrencySymbol)
        {
            at = currency - 1;
            return signed ? at : TakeSign(text, at, ref negative);
        }

        return at;
    }

    static int TakeSign(string text, int at, ref bool negative)
    {
        if (at == 0 || text[at - 1] is not ('-' or '+')
            || (at > 1 && (char.IsDigit(text[at - 2]) || char.IsAsciiLetter(text[at - 2]) || text[at - 2] is ')' or ']')))
        {
            return at;
        }

        negative = text[at - 1] == '-';
        return at - 1;
    }
}
