namespace Hone.Text.Jinja;

/// <summary>Reads a whole template into a tree.</summary>
sealed class StatementParser
{
    readonly LexemeReader _reader;
    readonly ExpressionParser _expressions;
    readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);
    int _loops;

    StatementParser(IReadOnlyList<Lexeme> lexemes)
    {
        _reader = new(lexemes);
        _expressions = new(_reader);
    }

    /// <summary>The template's body; its blocks are in sight as 'self'.</summary>
    public static Body Parse(string source)
    {
        var parser = new StatementParser(Lexer.Read(source));
        try
        {
            var body = parser.BodyUntil();
            parser._expressions.RequireKnownNames(0);
            return parser._expressions.NamesSince(0).Contains("self") ? new(body.Place, [new Self(body.Place, parser._blocks), .. body.Statements]) : body;
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
            "generation" => new Generation(place, OutsideLoops(() => Block("endgeneration"))),
            "autoescape" => new AutoEscape(place, _expressions.Expression(), Block("endautoescape")),
            "block" => NamedBlock(place),
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

    // A branch that is never taken may name a filter that does not exist.
    If If(Place place)
    {
        int names = _expressions.UnknownNames;
        var statement = IfBranch(place);
        _expressions.ForgiveSince(names);
        return statement;
    }

    If IfBranch(Place place)
    {
        var condition = _expressions.Tuple(conditions: false);
        EndTag();
        var then = BodyUntil("elif", "else", "endif");
        var next = _reader.Take();
        Body? otherwise = null;
        if (next.Text == "elif")
        {
            otherwise = new(next.Place, [IfBranch(next.Place)]);
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
        int names = _expressions.UnknownNames;
        var body = BodyUntil("else", "endfor");
        _expressions.RequireKnownNames(names);
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
        int read = _expressions.NamesRead;
        var body = OutsideLoops(() => Block("endmacro"));
        return new(place, name, parameters, body, _expressions.NamesSince(read));
    }

    Block NamedBlock(Place place)
    {
        string name = _reader.ExpectName();
        bool scoped = _reader.TakeName("scoped");
        if (_reader.TakeName("required"))
        {
            throw new TemplateFault("a required block is filled by another template, and a chat template stands alone");
        }

        EndTag();
        var body = OutsideLoops(() => BodyUntil("endblock"));
        _reader.Take();
        _reader.TakeName(name);
        EndTag();
        var block = new Block(place, name, body, scoped);
        return _blocks.TryAdd(name, block) ? block : throw new TemplateFault($"there are two blocks named '{name}'").At(place);
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
        int read = _expressions.NamesRead;
        var body = OutsideLoops(() => Block("endcall"));
        return new(place, call, new(place, "caller", parameters, body, _expressions.NamesSince(read)));
    }

    // What becomes a function of its own: a break in it reaches no loop around it.
    Body OutsideLoops(Func<Body> parse)
    {
        (int loops, int names) = (_loops, _expressions.UnknownNames);
        _loops = 0;
        var result = parse();
        _expressions.RequireKnownNames(names);
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
