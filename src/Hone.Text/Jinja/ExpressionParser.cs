namespace Hone.Text.Jinja;

/// <summary>Reads expressions, from the loosest operator to the tightest.</summary>
/// <remarks>"~" binds tighter than "+"; a filter binds tighter than every operator of two operands, but looser than a sign.</remarks>
sealed partial class ExpressionParser(LexemeReader reader)
{
    static readonly string[] _comparisons = ["==", "!=", "<", "<=", ">", ">="];

    readonly List<TemplateFault> _unknown = [];
    readonly List<string> _read = [];

    /// <summary>The filters and tests so far that do not exist.</summary>
    public int UnknownNames => _unknown.Count;

    /// <summary>The variables read so far.</summary>
    public int NamesRead => _read.Count;

    public IReadOnlySet<string> NamesSince(int read) => _read.Skip(read).ToHashSet(StringComparer.Ordinal);

    public void ForgiveSince(int unknown) => _unknown.RemoveRange(unknown, _unknown.Count - unknown);

    /// <exception cref="TemplateFault">A filter or test since then does not exist.</exception>
    public void RequireKnownNames(int since)
    {
        if (_unknown.Count > since)
        {
            throw _unknown[since];
        }
    }

    public Expression Expression()
    {
        var place = reader.Place;
        int unknown = UnknownNames;
        var value = Or();
        while (reader.TakeName("if"))
        {
            var condition = Or();
            value = new Conditional(place, condition, value, reader.TakeName("else") ? Expression() : null);
            ForgiveSince(unknown);
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
        var namePlace = reader.Place;
        string name = DottedName();
        if (!Filters.Exists(name))
        {
            _unknown.Add(new TemplateFault($"there is no filter '{name}'").At(namePlace));
        }

        return new(place, value, name, reader.Current.Is("(") ? ArgumentList() : Jinja.ArgumentList.Empty);
    }

    Expression Test(Place place, Expression value)
    {
        bool negated = reader.TakeName("not");
        var namePlace = reader.Place;
        string name = DottedName();
        if (!Tests.Exists(name))
        {
            _unknown.Add(new TemplateFault($"there is no test '{name}'").At(namePlace));
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
        List<string> names = [reader.ExpectName()];
        while (reader.TakeIf("."))
        {
            names.Add(reader.ExpectName());
        }

        return string.Join('.', names);
    }
}
