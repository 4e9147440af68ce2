using System.Globalization;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>Reads what stands inside one tag. Within brackets the tag's end sign is not an end: {{ {'a': {}} }}.</summary>
sealed class ExpressionLexer(string source, string endSign)
{
    static readonly string[] _operators =
    [
        "**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    readonly Stack<char> _open = new();
    bool _afterDot;

    /// <summary>If the tag ends at this position: where its end sign begins, after a "-" or "+" before it.</summary>
    public int? EndAt(int at)
    {
        if (at >= source.Length)
        {
            throw new TemplateFault($"the template ends inside a tag; '{endSign}' is missing");
        }

        if (_open.Count > 0)
        {
            return null;
        }

        bool signed = source[at] == '-' || source[at] == '+' && endSign == "%}";
        int sign = signed ? at + 1 : at;
        return string.CompareOrdinal(source, sign, endSign, 0, 2) == 0 ? sign : null;
    }

    public (LexemeKind Kind, string Text) Next(ref int at)
    {
        char c = source[at];
        bool afterDot = _afterDot;
        _afterDot = false;
        if (c is '\'' or '"')
        {
            return (LexemeKind.String, String(ref at));
        }

        if (char.IsAsciiDigit(c))
        {
            return Number(ref at, afterDot);
        }

        if (c == '_' || char.IsLetter(c))
        {
            int start = at;
            while (at < source.Length && (source[at] == '_' || char.IsLetterOrDigit(source[at])))
            {
                at++;
            }

            return (LexemeKind.Name, source[start..at]);
        }

        return (LexemeKind.Operator, Operator(ref at));
    }

    string Operator(ref int at)
    {
        foreach (string sign in _operators)
        {
            if (string.CompareOrdinal(source, at, sign, 0, sign.Length) == 0)
            {
                Balance(sign[0]);
                at += sign.Length;
                _afterDot = sign == ".";
                return sign;
            }
        }

        throw new TemplateFault(char.IsControl(source[at])
            ? $"the control character U+{(int)source[at]:X4} has no meaning in a tag"
            : $"'{source[at]}' has no meaning in a tag");
    }

    void Balance(char sign)
    {
        switch (sign)
        {
            case '(' or '[' or '{':
                _open.Push(sign == '(' ? ')' : sign == '[' ? ']' : '}');
                break;
            case ')' or ']' or '}' when !_open.TryPop(out char expected) || expected != sign:
                throw new TemplateFault($"'{sign}' closes nothing that is open");
        }
    }

    // Digits may be grouped by underscores; after a dot (x.0.1) a number is an index and has no fraction.
    (LexemeKind, string) Number(ref int at, bool afterDot)
    {
        int start = at;
        if (source[at] == '0' && at + 1 < source.Length && "xXoObB".Contains(source[at + 1]))
        {
            at += 2;
            SkipDigits(ref at, char.IsAsciiHexDigit);
            return (LexemeKind.Integer, source[start..at].Replace("_", ""));
        }

        SkipDigits(ref at, char.IsAsciiDigit);
        bool isFloat = false;
        if (!afterDot && at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            SkipDigits(ref at, char.IsAsciiDigit);
            isFloat = true;
        }

        int exponent = at + 1;
        if (!afterDot && at < source.Length && source[at] is 'e' or 'E')
        {
            exponent += exponent < source.Length && source[exponent] is '+' or '-' ? 1 : 0;
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                at = exponent;
                SkipDigits(ref at, char.IsAsciiDigit);
                isFloat = true;
            }
        }

        return (isFloat ? LexemeKind.Float : LexemeKind.Integer, source[start..at].Replace("_", ""));
    }

    void SkipDigits(ref int at, Func<char, bool> isDigit)
    {
        while (at < source.Length && (isDigit(source[at]) || source[at] == '_'))
        {
            at++;
        }
    }

    string String(ref int at)
    {
        char quote = source[at++];
        var text = new StringBuilder();
        while (at < source.Length && source[at] != quote)
        {
            char c = source[at++];
            if (c == '\\' && at < source.Length)
            {
                Escape(ref at, text);
            }
            else
            {
                text.Append(c);
            }
        }

        if (at >= source.Length)
        {
            throw new TemplateFault("a string is not closed");
        }

        at++;
        return text.ToString();
    }

    // As in Python; an escape that has no meaning stays as it is written.
    void Escape(ref int at, StringBuilder text)
    {
        char c = source[at++];
        const string Letters = "\\'\"abfnrtv", Meanings = "\\'\"\a\b\f\n\r\t\v";
        int simple = Letters.IndexOf(c);
        switch (c)
        {
            case '\n': break;
            case 'x': CodePoint(ref at, 2, text); break;
            case 'u': CodePoint(ref at, 4, text); break;
            case 'U': CodePoint(ref at, 8, text); break;
            case >= '0' and <= '7': Octal(ref at, c, text); break;
            default: text.Append(simple >= 0 ? Meanings[simple].ToString() : "\\" + c); break;
        }
    }

    void CodePoint(ref int at, int digits, StringBuilder text)
    {
        if (at + digits > source.Length
            || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            || value is < 0 or > 0x10FFFF)
        {
            throw new TemplateFault("a string has a code point that is not hexadecimal");
        }

        at += digits;
        text.Append(value < 0x10000 ? ((char)value).ToString() : char.ConvertFromUtf32(value));
    }

    void Octal(ref int at, char first, StringBuilder text)
    {
        int value = first - '0';
        for (int i = 0; i < 2 && at < source.Length && source[at] is >= '0' and <= '7'; i++)
        {
            value = value * 8 + (source[at++] - '0');
        }

        text.Append((char)value);
    }
}
