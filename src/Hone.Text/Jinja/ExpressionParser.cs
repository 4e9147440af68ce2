using System.Globalization;
using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>Reads expressions, from the loosest operator to the tightest.</summary>
/// <remarks>"~" binds tighter than "+"; a filter binds tighter than every operator of two operands, but looser than a sign.</remarks>
sealed class ExpressionParser(LexemeReader reader)
{
    static readonly string[] _comparisons = ["==", "!=", "<", "<=", ">", ">="];

    public Expression Expression()
    {
        var place = reader.Place;
        var value = Or();
        while (reader.TakeName("if"))
        {
            var condition = Or();
            value = new Conditional(place, condition, value, reader.TakeName("else") ? Expression() : null);
        }

        return value;
    }

    /// <summary>One expression, or several with commas, which are a tuple.</summary>
    public Expression Tuple(bool conditions = true, Func<bool>? ends = null)
    {
        var place = reader.Place;
        List<Expression> items = [];
        bool comma = false;
        while (items.Count == 0 || comma)
        {
            if (items.Count > 0 && AtEnd())
            {
                break;
            }

            items.Add(conditions ? Expression() : Or());
            comma = reader.TakeIf(",");
        }

        return items.Count == 1 && !comma ? items[0] : new ListOf(place, items, IsTuple: true);

        bool AtEnd() => reader.Current.Kind is LexemeKind.PrintEnd or LexemeKind.BlockEnd || reader.Current.Is(")") || ends?.Invoke() == true;
    }

    Expression Or()
    {
        var left = And();
        while (reader.Current.IsName("or"))
        {
            var place = reader.Take().Place;
            left = new Logical(place, IsAnd: false, left, And());
        }

        return left;
    }

    Expression And()
    {
        var left = Negation();
        while (reader.Current.IsName("and"))
        {
            var place = reader.Take().Place;
            left = new Logical(place, IsAnd: true, left, Negation());
        }

        return left;
    }

    Expression Negation() => reader.Current.IsName("not") ? new Not(reader.Take().Place, Negation()) : Comparison();

    Expression Comparison()
    {
        var place = reader.Place;
        var first = Sum();
        List<(string, Expression)> rest = [];
        while (ComparisonSign() is { } sign)
        {
            rest.Add((sign, Sum()));
        }

        return rest.Count == 0 ? first : new Compared(place, first, rest);
    }

    string? ComparisonSign()
    {
        if (reader.Current.Kind == LexemeKind.Operator && _comparisons.Contains(reader.Current.Text))
        {
            return reader.Take().Text;
        }

        if (reader.Current.IsName("not") && reader.Following.IsName("in"))
        {
            reader.Take();
            reader.Take();
            return "not in";
        }

        return reader.TakeName("in") ? "in" : null;
    }

    Expression Sum() => LeftToRight(Concatenation, "+", "-");

    Expression Concatenation()
    {
        var place = reader.Place;
        List<Expression> parts = [Product()];
        while (reader.TakeIf("~"))
        {
            parts.Add(Product());
        }

        return parts.Count == 1 ? parts[0] : new Joined(place, parts);
    }

    Expression Product() => LeftToRight(Power, "*", "/", "//", "%");

    Expression Power() => LeftToRight(() => Signed(withFilters: true), "**");

    Expression LeftToRight(Func<Expression> operand, params ReadOnlySpan<string> signs)
    {
        var left = operand();
        while (reader.Current.Kind == LexemeKind.Operator && signs.Contains(reader.Current.Text))
        {
            var sign = reader.Take();
            left = new Calculated(sign.Place, sign.Text, left, operand());
        }

        return left;
    }

    Expression Signed(bool withFilters)
    {
        bool isSign = reader.Current.Is("-") || reader.Current.Is("+");
        Expression value;
        if (isSign)
        {
            var sign = reader.Take();
            value = new Sign(sign.Place, sign.Text == "-", Signed(withFilters: false));
        }
        else
        {
            value = Primary();
        }

        value = Postfix(value);
        return withFilters ? FiltersAndTests(value) : value;
    }

    Expression Primary()
    {
        var lexeme = reader.Current;
        switch (lexeme.Kind)
        {
            case LexemeKind.Name:
                reader.Take();
                return NamedConstant(lexeme) is { } constant ? constant : new Variable(lexeme.Place, lexeme.Text);
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

    static Constant? NamedConstant(Lexeme name) => name.Text switch
    {
        "true" or "True" => new(name.Place, true),
        "false" or "False" => new(name.Place, false),
        "none" or "None" => new(name.Place, null),
        _ => null,
    };

    Constant Strings(Place place)
    {
        string text = reader.Take().Text;
        while (reader.Current.Kind == LexemeKind.String)
        {
            text += reader.Take().Text;
        }

        return new(place, text);
    }

    static BigInteger Whole(string digits)
    {
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

    Expression FiltersAndTests(Expression value)
    {
        while (true)
        {
            var place = reader.Place;
            if (reader.TakeIf("|"))
            {
                value = Filter(place, value);
            }
            else if (reader.TakeName("is"))
            {
                value = Test(place, value);
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

    /// <summary>After '|': the filter's name and arguments.</summary>
    public Filtered Filter(Place place, Expression value)
    {
        string name = DottedName();
        return Filters.Exists(name)
            ? new(place, value, name, reader.Current.Is("(") ? ArgumentList() : Jinja.ArgumentList.Empty)
            : throw new TemplateFault($"there is no filter '{name}'");
    }

    Expression Test(Place place, Expression value)
    {
        bool negated = reader.TakeName("not");
        string name = DottedName();
        if (!Tests.Exists(name))
        {
            throw new TemplateFault($"there is no test '{name}'");
        }

        var test = new Tested(place, value, name, TestArguments());
        return negated ? new Not(place, test) : test;
    }

    // A test takes one argument without brackets: x is divisibleby 3.
    ArgumentList TestArguments()
    {
        if (reader.Current.Is("("))
        {
            return ArgumentList();
        }

        var current = reader.Current;
        bool startsValue = current.Kind is LexemeKind.String or LexemeKind.Integer or LexemeKind.Float
            || current.Is("[") || current.Is("{")
            || current.Kind == LexemeKind.Name && current.Text is not ("else" or "or" or "and" or "if" or "in" or "not" or "is" or "recursive");
        if (current.IsName("is"))
        {
            throw new TemplateFault("tests cannot be chained with 'is'");
        }

        return startsValue ? new([Postfix(Primary())], [], null, null) : Jinja.ArgumentList.Empty;
    }

    string DottedName()
    {
        string name = reader.ExpectName();
        while (reader.TakeIf("."))
        {
            name += "." + reader.ExpectName();
        }

        return name;
    }
}
