using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>Cuts a canonical text into tokens.</summary>
/// <param name="thousands">Commas before three digits part thousands, outside brackets.</param>
sealed class MathLexer(string text, bool thousands)
{
    static readonly string[] _twoSigns = ["<=", ">=", "!=", "=="];

    int _depth;

    public string Text => text;

    /// <exception cref="FormatException">A number that is none.</exception>
    public MathToken At(int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        if (start >= text.Length)
        {
            return new(MathTokenKind.End, "", text.Length, text.Length);
        }

        char c = text[start];
        return char.IsAsciiDigit(c) || (c == '.' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1])) ? Number(start)
            : c == '\\' ? Command(start)
            : char.IsAsciiLetter(c) ? Letters(start)
            : char.IsLetter(c) ? new(MathTokenKind.Letter, c.ToString(), start, start + 1)
            : Sign(start);
    }

    /// <summary>Tells that the parser went into or out of brackets.</summary>
    public void Nest(int by) => _depth += by;

    MathToken Number(int start)
    {
        int end = Digits(start);
        bool parted = thousands && _depth == 0 && end - start <= 3;
        while (parted && IsGroup(end))
        {
            end += 4;
        }

        string whole = text[start..end].Replace(",", "");
        int decimals = end < text.Length && text[end] == '.' ? Digits(end + 1) : end;
        if (Repeating(start, whole, end, decimals) is { } repeating)
        {
            return repeating;
        }

        string digits = decimals > end + 1 ? $"{whole}{text[end..decimals]}" : whole;
        end = decimals > end + 1 ? decimals : end;
        int exponent = 0;
        if (end + 1 < text.Length && text[end] is 'e' or 'E')
        {
            int from = text[end + 1] is '-' or '+' ? end + 2 : end + 1, to = Digits(from);
            if (to > from && (to == text.Length || !char.IsLetter(text[to])))
            {
                exponent = to - from <= 4 ? int.Parse(text.AsSpan(end + 1, to - end - 1)) : int.MaxValue / 2;
                end = to;
            }
        }

        return Rational.OfDecimal(digits, exponent) is { } value
            ? new(MathTokenKind.Number, text[start..end], start, end, value)
            : throw new FormatException("a number is too long");
    }

    bool IsGroup(int at) => at < text.Length && text[at] == ',' && Digits(at + 1) == at + 4;

    int Digits(int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    // 0.1\overline{6} = 0.1 + 6 / 90
    MathToken? Repeating(int start, string whole, int point, int decimals)
    {
        const string bar = "\\overline{";
        if (point >= text.Length || text[point] != '.' || string.CompareOrdinal(text, Math.Max(decimals, point + 1), bar, 0, bar.Length) != 0)
        {
            return null;
        }

        int from = Math.Max(decimals, point + 1) + bar.Length, to = Digits(from);
        if (to == from || to >= text.Length || text[to] != '}' || to - from > 100)
        {
            return null;
        }

        string fixedPart = decimals > point + 1 ? text[(point + 1)..decimals] : "", cycle = text[from..to];
        var repeated = Rational.OfDecimal(cycle)?.Over(Rational.OfDecimal(new string('9', cycle.Length) + new string('0', fixedPart.Length)) ?? Rational.One);
        var value = repeated is { } part ? Rational.OfDecimal($"{whole}.{fixedPart}")?.Plus(part) : null;
        return new(MathTokenKind.Number, text[start..(to + 1)], start, to + 1, value ?? throw new FormatException("a number is too long"));
    }

    MathToken Command(int start)
    {
        int end = start + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        end = end == start + 1 ? Math.Min(text.Length, end + 1) : end;
        return new(MathTokenKind.Command, text[(start + 1)..end], start, end);
    }

    MathToken Letters(int start)
    {
        int end = start;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        return new(end - start == 1 ? MathTokenKind.Letter : MathTokenKind.Word, text[start..end], start, end);
    }

    MathToken Sign(int start)
    {
        int length = _twoSigns.Any(sign => string.CompareOrdinal(text, start, sign, 0, 2) == 0) ? 2
            : char.IsHighSurrogate(text[start]) && start + 1 < text.Length ? 2 : 1;
        return new(MathTokenKind.Sign, text.Substring(start, length), start, start + length);
    }
}
