using System.Globalization;

namespace Hone.Grading.OpenAi;

/// <summary>Reads a formula, term by term.</summary>
sealed class FormulaReader(string text, IReadOnlyCollection<string> names)
{
    const int Deepest = 100;

    static readonly Dictionary<string, Func<double[], double>> _functions = new()
    {
        ["min"] = values => values.Min(),
        ["max"] = values => values.Max(),
        ["abs"] = values => Math.Abs(values[0]),
        ["floor"] = values => Math.Floor(values[0]),
        ["ceil"] = values => Math.Ceiling(values[0]),
        ["exp"] = values => Math.Exp(values[0]),
        ["sqrt"] = values => Math.Sqrt(values[0]),
        ["log"] = values => Math.Log(values[0]),
    };

    readonly List<string> _used = [];
    int _at;
    int _depth;

    delegate double Term(IReadOnlyDictionary<string, double> values);

    sealed class FormulaException(int at, string says) : Exception($"has at column {at + 1} {says}");

    public Formula? Read(out string problem)
    {
        problem = "";
        try
        {
            var whole = Sum();
            return _at == text.Length ? new Formula(values => whole(values), _used) : throw Unexpected("an operator");
        }
        catch (FormulaException e)
        {
            problem = e.Message;
            return null;
        }
    }

    Term Sum()
    {
        if (++_depth > Deepest)
        {
            throw new FormulaException(_at, $"more than {Deepest} brackets inside of each other");
        }

        var left = Product();
        while (Take('+', '-') is { } sign)
        {
            var (a, b) = (left, Product());
            left = sign == '+' ? values => a(values) + b(values) : values => a(values) - b(values);
        }

        _depth--;
        return left;
    }

    Term Product()
    {
        var left = Signed();
        while (Take('*', '/') is { } sign)
        {
            if (sign == '*' && _at < text.Length && text[_at] == '*')
            {
                throw new FormulaException(_at - 1, "**, which is no operator here; a power is written ^");
            }

            var (a, b) = (left, Signed());
            left = sign == '*' ? values => a(values) * b(values) : values => a(values) / b(values);
        }

        return left;
    }

    Term Signed()
    {
        bool negative = false;
        while (Take('-', '+') is { } sign)
        {
            negative ^= sign == '-';
        }

        var power = Power();
        return negative ? values => -power(values) : power;
    }

    Term Power()
    {
        var root = Atom();
        if (Take('^', '^') is null)
        {
            return root;
        }

        if (++_depth > Deepest)
        {
            throw new FormulaException(_at, $"more than {Deepest} powers inside of each other");
        }

        var exponent = Signed();
        _depth--;
        return values => Math.Pow(root(values), exponent(values));
    }

    Term Atom()
    {
        SkipSpace();
        if (Take('(', '(') is not null)
        {
            var inner = Sum();
            Expect(')');
            return inner;
        }

        return _at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.') ? Number()
            : _at < text.Length && (char.IsLetter(text[_at]) || text[_at] == '_') ? Name()
            : throw Unexpected("a number, a name or a bracket");
    }

    Term Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'
            || (text[_at] is 'e' or 'E' && HasExponent()) || (text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? _ => number
            : throw new FormulaException(start, $"\"{text[start.._at]}\", which is no number");
    }

    bool HasExponent()
    {
        int digit = _at + 1 < text.Length && text[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
        return digit < text.Length && char.IsAsciiDigit(text[digit]);
    }

    Term Name()
    {
        int start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_'))
        {
            _at++;
        }

        string name = text[start.._at];
        if (Take('(', '(') is not null)
        {
            return Call(name, start);
        }

        if (!names.Contains(name))
        {
            throw new FormulaException(start, $"\"{name}\", which is none of the graders: {string.Join(", ", names)}");
        }

        if (!_used.Contains(name))
        {
            _used.Add(name);
        }

        return values => values[name];
    }

    Term Call(string name, int start)
    {
        if (!_functions.TryGetValue(name, out var function))
        {
            throw new FormulaException(start, $"\"{name}(\", which is no function; there are {string.Join(", ", _functions.Keys)}");
        }

        var arguments = new List<Term> { Sum() };
        while (Take(',', ',') is not null)
        {
            arguments.Add(Sum());
        }

        Expect(')');
        if (arguments.Count > 1 && name is not ("min" or "max"))
        {
            throw new FormulaException(start, $"{name} of {arguments.Count} values, which takes one");
        }

        Term[] terms = [.. arguments];
        return values => function([.. terms.Select(term => term(values))]);
    }

    char? Take(char one, char other)
    {
        SkipSpace();
        return _at < text.Length && (text[_at] == one || text[_at] == other) ? text[_at++] : null;
    }

    void Expect(char wanted)
    {
        if (Take(wanted, wanted) is null)
        {
            throw Unexpected($"\"{wanted}\"");
        }
    }

    void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    FormulaException Unexpected(string wanted)
    {
        SkipSpace();
        return new(_at, $"{(_at < text.Length ? $"\"{text[_at]}\"" : "its end")} where {wanted} is needed");
    }
}
