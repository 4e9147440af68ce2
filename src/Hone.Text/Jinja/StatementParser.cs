namespace Hone.Text.Jinja;

/// <summary>Reads a whole template into a tree.</summary>
sealed class StatementParser
{
    readonly LexemeReader _reader;
    readonly ExpressionParser _expressions;
    int _loops;

    StatementParser(IReadOnlyList<Lexeme> lexemes)
    {
        _reader = new(lexemes);
        _expressions = new(_reader);
    }

    public static Body Parse(string source)
    {
        var parser = new StatementParser(Lexer.Read(source));
        try
        {
            return parser.BodyUntil();
        }
        catch (TemplateFault fault)
        {
            throw Template.At(fault, parser._reader.Place);
        }
    }

    /// <summary>Statements up to one of the named tags, whose name is still to be read; without names, up to the end.</summary>
    Body BodyUntil(params ReadOnlySpan<string> ends)
    {
        var place = _reader.Place;
        List<Statement> statements = [];
        while (true)
        {
            var lexeme = _reader.Take();
            switch (lexeme.Kind)
            {
                case LexemeKind.Text:
                    statements.Add(new Text(lexeme.Place, lexeme.Text));
                    break;
                case LexemeKind.PrintStart:
                    statements.Add(new Print(lexeme.Place, _expressions.Tuple()));
                    _reader.Expect(LexemeKind.PrintEnd, "'}}'");
                    break;
                case LexemeKind.BlockStart when _reader.Current.Kind == LexemeKind.Name && ends.Contains(_reader.Current.Text):
                    return new(place, statements);
                case LexemeKind.BlockStart:
                    statements.Add(Statement(lexeme.Place));
                    break;
                default:
                    return ends.Length == 0
                        ? new(place, statements)
                        : throw new TemplateFault($"the template ends where '{ends[^1]}' is needed");
            }
        }
    }

    Statement Statement(Place place)
    {
        var namePlace = _reader.Place;
        string tag = _reader.ExpectName();
        return tag switch
        {
            "if" => If(place),
            "for" => For(place),
            "set" => Set(place),
            "macro" => Macro(place),
            "call" => CallBlock(place),
            "filter" => FilterBlock(place),
            "with" => With(place),
            "break" or "continue" => Jump(place, tag),
            "generation" => new With(place, [], Block("endgeneration")),
            "include" or "import" or "from" or "extends" => NeedsLoader(place, tag),
            _ => throw new TemplateFault($"there is no tag '{tag}' here").At(namePlace),
        };
    }

    void EndTag() => _reader.Expect(LexemeKind.BlockEnd, "'%}'");

    Body Block(string end)
    {
        EndTag();
        var body = BodyUntil(end);
        _reader.Take();
        EndTag();
        return body;
    }

    If If(Place place)
    {
        var condition = _expressions.Tuple(conditions: false);
        EndTag();
        var then = BodyUntil("elif", "else", "endif");
        var next = _reader.Take();
        Body? otherwise = null;
        if (next.Text == "elif")
        {
            otherwise = new(next.Place, [If(next.Place)]);
            return new(place, condition, then, otherwise);
        }

        if (next.Text == "else")
        {
            otherwise = Block("endif");
        }
        else
        {
            EndTag();
        }

        return new(place, condition, then, otherwise);
    }

    For For(Place place)
    {
        var target = Target(inFor: true);
        if (!_reader.TakeName("in"))
        {
            throw _reader.Unexpected("'in'");
        }

        var source = _expressions.Tuple(conditions: false, () => _reader.Current.IsName("recursive"));
        var filter = _reader.TakeName("if") ? _expressions.Expression() : null;
        bool recursive = _reader.TakeName("recursive");
        EndTag();
        _loops++;
        var body = BodyUntil("else", "endfor");
        _loops--;
        Body? otherwise = null;
        if (_reader.Take().Text == "else")
        {
            otherwise = Block("endfor");
        }
        else
        {
            EndTag();
        }

        return new(place, target, source, filter, body, otherwise, recursive);
    }

    Statement Set(Place place)
    {
        var target = Target(inFor: false);
        if (_reader.TakeIf("="))
        {
            var value = _expressions.Tuple();
            EndTag();
            return new Set(place, target, value);
        }

        var filter = FilterChain();
        return new SetBody(place, target, Block("endset"), filter);
    }

    // Zero or more "| filter" as one function of the value that goes in.
    Func<Expression, Expression> FilterChain()
    {
        List<Filtered> filters = [];
        while (_reader.Current.Is("|"))
        {
            filters.Add(_expressions.Filter(_reader.Take().Place, new Constant(default, null)));
        }

        return value => filters.Aggregate(value, (inner, filter) => filter with { Target = inner });
    }

    FilterBody FilterBlock(Place place)
    {
        var first = _expressions.Filter(place, new Constant(default, null));
        var rest = FilterChain();
        return new(place, Block("endfilter"), value => rest(first with { Target = value }));
    }

    Macro Macro(Place place)
    {
        string name = _reader.ExpectName();
        var parameters = Parameters();
        return new(place, name, parameters, OutsideLoops(() => Block("endmacro")));
    }

    List<Parameter> Parameters()
    {
        List<Parameter> parameters = [];
        _reader.Expect("(");
        while (!_reader.TakeIf(")"))
        {
            if (parameters.Count > 0)
            {
                _reader.Expect(",");
                if (_reader.TakeIf(")"))
                {
                    break;
                }
            }

            string name = _reader.ExpectName();
            var absent = _reader.TakeIf("=") ? _expressions.Expression() : null;
            if (absent is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw new TemplateFault($"the parameter '{name}' has no default, but one before it has");
            }

            parameters.Add(new(name, absent));
        }

        return parameters;
    }

    CallBlock CallBlock(Place place)
    {
        var parameters = _reader.Current.Is("(") ? Parameters() : [];
        var call = _expressions.Expression() as Call ?? throw new TemplateFault("'call' needs a call");
        return new(place, call, new(place, "caller", parameters, OutsideLoops(() => Block("endcall"))));
    }

    T OutsideLoops<T>(Func<T> parse)
    {
        int loops = _loops;
        _loops = 0;
        var result = parse();
        _loops = loops;
        return result;
    }

    With With(Place place)
    {
        List<(Target, Expression)> variables = [];
        while (_reader.Current.Kind != LexemeKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _reader.Expect(",");
            }

            var target = Target(inFor: false);
            _reader.Expect("=");
            variables.Add((target, _expressions.Expression()));
        }

        return new(place, variables, Block("endwith"));
    }

    Jump Jump(Place place, string tag)
    {
        if (_loops == 0)
        {
            throw new TemplateFault($"'{tag}' stands outside of a loop");
        }

        EndTag();
        return new(place, tag == "break");
    }

    NeedsLoader NeedsLoader(Place place, string tag)
    {
        while (_reader.Current.Kind is not (LexemeKind.BlockEnd or LexemeKind.End))
        {
            _reader.Take();
        }

        EndTag();
        return new(place, tag);
    }

    // A name, an attribute (of a namespace), or several of them with commas.
    Target Target(bool inFor)
    {
        List<Target> parts = [];
        bool comma = false;
        while (parts.Count == 0 || comma && _reader.Current.Kind == LexemeKind.Name && !_reader.Current.IsName("in") || comma && _reader.Current.Is("("))
        {
            parts.Add(OneTarget(inFor));
            comma = _reader.TakeIf(",");
        }

        return parts.Count == 1 && !comma ? parts[0] : new TupleTarget(parts);
    }

    Target OneTarget(bool inFor)
    {
        if (_reader.TakeIf("("))
        {
            var inner = Target(inFor);
            _reader.Expect(")");
            return inner;
        }

        var name = _reader.Current;
        _reader.ExpectName();
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw new TemplateFault($"'{name.Text}' cannot be assigned to");
        }

        return !inFor && _reader.TakeIf(".")
            ? new AttributeTarget(new Variable(name.Place, name.Text), _reader.ExpectName())
            : new NameTarget(name.Text);
    }
}

/// <summary>{% call %}: calls a macro, for which caller() writes this block's body.</summary>
sealed record CallBlock(Place Place, Call Call, Macro Caller) : Statement(Place)
{
    protected override void Do(Rendering rendering)
    {
        var caller = new Constant(Place, Caller.Function(rendering));
        var arguments = Call.Arguments with { Named = [.. Call.Arguments.Named, ("caller", caller)] };
        rendering.Write(Printing.Show((Call with { Arguments = arguments }).Evaluate(rendering)));
    }
}
