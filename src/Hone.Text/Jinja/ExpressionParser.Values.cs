using System.Globalization;
using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>The part that reads single values and what follows them directly: attributes, items, calls.</summary>
sealed partial class ExpressionParser
{
    Expression Primary()
    {
        var lexeme = reader.Current;
        switch (lexeme.Kind)
        {
            case LexemeKind.Name:
                reader.Take();
                return NamedConstant(lexeme) is { } constant ? constant : Read(lexeme);
            case LexemeKind.String:
                return Strings(lexeme.Place);
            case LexemeKind.Integer:
                reader.Take();
                return new Constant(lexeme.Place, Whole(lexeme.Text));
            case LexemeKind.Float:
                reader.Take();
                return new Constant(lexeme.Place, double.Parse(lexeme.Text, CultureInfo.InvariantCulture));
        }

        return lexeme.Is("(") ? Parenthesis() : lexeme.Is("[") ? List() : lexeme.Is("{") ? Dictionary() : throw reader.Unexpected("a value");
    }

    Variable Read(Lexeme name)
    {
        _read.Add(name.Text);
        return new(name.Place, name.Text);
    }

    static Constant? NamedConstant(Lexeme name) => name.Text switch
    {
        "true" or "True" => new(name.Place, true),
        "false" or "False" => new(name.Place, false),
        "none" or "None" => new(name.Place, null),
        _ => null,
    };

    Constant Strings(Place place)
    {
        var text = new BoundedText();
        while (reader.Current.Kind == LexemeKind.String)
        {
            text.Append(reader.Take().Text);
        }

        return new(place, text.ToString());
    }

    static BigInteger Whole(string digits)
    {
        if (digits.Length > WholeText.MostDigits)
        {
            throw new TemplateFault($"a number has more than {WholeText.MostDigits} digits");
        }

        int radix = digits.Length > 1 ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        if (radix == 10)
        {
            return BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        }

        return digits.Skip(2).Aggregate(BigInteger.Zero, (value, digit) => Convert.ToInt32(digit.ToString(), 16) is var d && d < radix
            ? value * radix + d
            : throw new TemplateFault($"'{digits}' is no number"));
    }

    Expression Parenthesis()
    {
        var place = reader.Take().Place;
        if (reader.TakeIf(")"))
        {
            return new ListOf(place, [], IsTuple: true);
        }

        var content = Tuple();
        reader.Expect(")");
        return content;
    }

    ListOf List()
    {
        var place = reader.Take().Place;
        List<Expression> items = [];
        while (!reader.TakeIf("]"))
        {
            if (items.Count > 0)
            {
                reader.Expect(",");
                if (reader.TakeIf("]"))
                {
                    break;
                }
            }

            items.Add(Expression());
        }

        return new(place, items, IsTuple: false);
    }

    DictionaryOf Dictionary()
    {
        var place = reader.Take().Place;
        List<(Expression, Expression)> entries = [];
        while (!reader.TakeIf("}"))
        {
            if (entries.Count > 0)
            {
                reader.Expect(",");
                if (reader.TakeIf("}"))
                {
                    break;
                }
            }

            var key = Expression();
            reader.Expect(":");
            entries.Add((key, Expression()));
        }

        return new(place, entries);
    }

    Expression Postfix(Expression value)
    {
        while (true)
        {
            var place = reader.Place;
            if (reader.TakeIf("."))
            {
                var name = reader.Take();
                value = name.Kind switch
                {
                    LexemeKind.Name => new Attribute(place, value, name.Text),
                    LexemeKind.Integer => new Item(place, value, new Constant(name.Place, Whole(name.Text))),
                    _ => throw new TemplateFault($"{name.Shown} stands where a name is needed after '.'"),
                };
            }
            else if (reader.TakeIf("["))
            {
                value = Subscript(place, value);
            }
            else if (reader.Current.Is("("))
            {
                value = new Call(place, value, ArgumentList());
            }
            else
            {
                return value;
            }
        }
    }

    Expression Subscript(Place place, Expression target)
    {
        Expression? start = reader.Current.Is(":") ? null : Expression();
        if (!reader.TakeIf(":"))
        {
            reader.Expect("]");
            return new Item(place, target, start!);
        }

        var stop = Bound();
        var step = reader.TakeIf(":") ? Bound() : null;
        reader.Expect("]");
        return new Slice(place, target, start, stop, step);

        Expression? Bound() => reader.Current.Is(":") || reader.Current.Is("]") ? null : Expression();
    }

    ArgumentList ArgumentList()
    {
        reader.Expect("(");
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        Expression? spread = null, namedSpread = null;
        bool first = true;
        while (!reader.TakeIf(")"))
        {
            if (!first)
            {
                reader.Expect(",");
                if (reader.TakeIf(")"))
                {
                    break;
                }
            }

            first = false;
            if (reader.TakeIf("*"))
            {
                spread = spread is null ? Expression() : throw reader.Unexpected("at most one '*'");
            }
            else if (reader.TakeIf("**"))
            {
                namedSpread = namedSpread is null ? Expression() : throw reader.Unexpected("at most one '**'");
            }
            else if (reader.Current.Kind == LexemeKind.Name && reader.Following.Is("="))
            {
                string name = reader.Take().Text;
                reader.Take();
                named.Add((name, Expression()));
            }
            else if (named.Count > 0 || spread is not null || namedSpread is not null)
            {
                throw new TemplateFault("an argument without a name comes after one with a name");
            }
            else
            {
                positional.Add(Expression());
            }
        }

        return new(positional, named, spread, namedSpread);
    }
}
