using System.Globalization;

namespace Hone.Grading.Rules;

/// <summary>A number as it stands in a text. Equal values have equal digits: <c>+1,250.50</c> and <c>1250.5</c>.</summary>
/// <remarks>Digits are kept as text, so that a number of any length compares exactly. Null digits: something that looks
/// like a number and is none (<c>1.2.3</c>, <c>1,23</c>, <c>1e9</c>, digits of a script that is not read).</remarks>
readonly record struct AnswerNumber(int Start, int End, string? Digits)
{
    /// <summary>The next number at or after a position.</summary>
    /// <remarks>A digit behind an ASCII letter belongs to a word (<c>m2</c>). A minus behind a digit, an ASCII letter or
    /// a bracket subtracts or joins (<c>5-3</c>, <c>F-18</c>).</remarks>
    public static AnswerNumber? Next(ReadOnlySpan<char> text, int from = 0)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (!StartsAt(text, i))
            {
                continue;
            }

            if (i > 0 && char.IsAsciiLetter(text[i - 1]))
            {
                i = TokenEnd(text, i) - 1;
                continue;
            }

            return Read(text, i);
        }

        return null;
    }

    /// <summary>The last number of a text.</summary>
    public static AnswerNumber? Last(ReadOnlySpan<char> text)
    {
        AnswerNumber? last = null;
        for (var next = Next(text); next is { } number; next = Next(text, number.End))
        {
            last = number;
        }

        return last;
    }

    static bool StartsAt(ReadOnlySpan<char> text, int i) =>
        char.IsDigit(text[i]) || (Plain(text[i]) == '.' && i + 1 < text.Length && char.IsDigit(text[i + 1]));

    static AnswerNumber Read(ReadOnlySpan<char> text, int start)
    {
        int end = TokenEnd(text, start);
        int prefix = PrefixStart(text, start, out bool negative);
        Span<char> token = end - start <= 256 ? stackalloc char[end - start] : new char[end - start];
        for (int i = 0; i < token.Length; i++)
        {
            token[i] = Plain(text[start + i]);
        }

        return new(prefix, end, IsScientific(text, end) ? null : Normal(token, negative));
    }

    // Digits with the points and commas between them. A comma or point that no digit follows ends a sentence.
    static int TokenEnd(ReadOnlySpan<char> text, int start)
    {
        int end = start + 1;
        while (end < text.Length && (char.IsDigit(text[end])
            || (Plain(text[end]) is '.' or ',' && end + 1 < text.Length && char.IsDigit(text[end + 1]))))
        {
            end++;
        }

        return end;
    }

    static bool IsScientific(ReadOnlySpan<char> text, int end)
    {
        if (end >= text.Length || text[end] is not ('e' or 'E'))
        {
            return false;
        }

        int digit = end + 1 < text.Length && Plain(text[end + 1]) is '-' or '+' ? end + 2 : end + 1;
        return digit < text.Length && char.IsDigit(text[digit]);
    }

    // Before the digits: "-", "$", "-$", "$-", "$ ".
    static int PrefixStart(ReadOnlySpan<char> text, int start, out bool negative)
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

    static int TakeSign(ReadOnlySpan<char> text, int at, ref bool negative)
    {
        if (at == 0 || Plain(text[at - 1]) is not ('-' or '+'))
        {
            return at;
        }

        bool joins = at > 1 && (char.IsDigit(text[at - 2]) || char.IsAsciiLetter(text[at - 2]) || text[at - 2] is ')' or ']');
        if (joins)
        {
            return at;
        }

        negative = Plain(text[at - 1]) == '-';
        return at - 1;
    }

    // "001,250.50" becomes "1250.5". Null where commas do not part thousands or there is more than one point.
    static string? Normal(ReadOnlySpan<char> token, bool negative)
    {
        int point = token.IndexOf('.');
        var whole = point < 0 ? token : token[..point];
        var fraction = point < 0 ? [] : token[(point + 1)..];
        if (fraction.ContainsAnyExceptInRange('0', '9') || !TryJoinThousands(whole, out string joined))
        {
            return null;
        }

        string digits = joined.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
        string decimals = fraction.TrimEnd('0').ToString();
        string value = decimals.Length > 0 ? $"{digits}.{decimals}" : digits;
        return negative && value != "0" ? "-" + value : value;
    }

    static bool TryJoinThousands(ReadOnlySpan<char> whole, out string joined)
    {
        joined = whole.ToString().Replace(",", "", StringComparison.Ordinal);
        if (joined.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        int first = whole.IndexOf(',');
        if (first < 0)
        {
            return true;
        }

        bool fits = first is >= 1 and <= 3 && (whole.Length - first) % 4 == 0;
        for (int i = first; fits && i < whole.Length; i++)
        {
            fits = (whole[i] == ',') == ((i - first) % 4 == 0);
        }

        return fits;
    }

    /// <summary>Full-width forms and the dashes that serve as a minus, as ASCII.</summary>
    static char Plain(char c) => c switch
    {
        >= '\uFF10' and <= '\uFF19' => (char)(c - '\uFF10' + '0'),
        '\uFF0C' => ',',
        '\uFF0E' => '.',
        '\uFF0B' => '+',
        '\u2212' or '\uFF0D' or '\uFE63' or >= '\u2010' and <= '\u2013' => '-',
        _ => c,
    };
}
