namespace Hone.Grading.Rules.Mathematics;

/// <summary>Reads a canonical text as one formula or several.</summary>
/// <remarks>
/// <para>statements = statement {(, ; or and) statement}; statement = union {(= &lt; ≤ …) union}; union = sum {∪ sum};
/// sum = [sign] product {sign product}; product = power {[× /] power}; power = atom [^ exponent], with ! % ° and units behind it.</para>
/// <para>Length, nesting and the number of nodes are bounded.</para>
/// </remarks>
sealed partial class MathParser
{
    public const int LongestText = 2000;

    const int Deepest = 40, MostNodes = 1500;

    // Letters up to which a word is a product of variables, such as xyz.
    const int LongestProduct = 3;

    static readonly Dictionary<string, string> _relations = new()
    {
        ["="] = "=",
        ["=="] = "=",
        ["<"] = "<",
        [">"] = ">",
        ["<="] = "≤",
        [">="] = "≥",
        ["le"] = "≤",
        ["leq"] = "≤",
        ["leqslant"] = "≤",
        ["ge"] = "≥",
        ["geq"] = "≥",
        ["geqslant"] = "≥",
        ["lt"] = "<",
        ["gt"] = ">",
        ["ne"] = "≠",
        ["neq"] = "≠",
        ["!="] = "≠",
        ["approx"] = "≈",
        ["sim"] = "≈",
        ["in"] = "∈",
        ["equiv"] = "=",
    };

    readonly MathLexer _lexer;
    MathToken _token;
    int _depth, _nodes, _bars;

    MathParser(string text, bool thousands)
    {
        _lexer = new(text, thousands);
        _token = _lexer.At(0);
    }

    /// <summary>Null where the text is no formula that can be read, or too large a one.</summary>
    /// <param name="thousands">Commas before three digits part thousands: 1,000 is a number, not a list.</param>
    public static MathNode? Parse(string canonical, bool thousands)
    {
        if (canonical.Length is 0 or > LongestText)
        {
            return null;
        }

        if (IsSpeech(canonical))
        {
            return new WordsNode(canonical);
        }

        try
        {
            var parser = new MathParser(canonical, thousands);
            var all = parser.Statements();
            return parser._token.Kind == MathTokenKind.End ? all : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // "no solution": words alone, one of which is no name of anything and too long for a product of variables.
    static bool IsSpeech(string text) => text.All(c => char.IsAsciiLetter(c) || c is ' ' or '-' or '\'')
        && text.Split([' ', '-', '\''], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
        && words.Any(word => word.Length > LongestProduct && !_functions.Contains(word) && !_symbols.ContainsKey(word) && !_greek.Contains(word));

    MathNode Statements()
    {
        var items = new List<MathNode> { Statement() };
        while (TakeSeparator())
        {
            items.Add(Statement());
        }

        return items.Count == 1 ? items[0] : Made(new GroupNode(GroupKind.List, items));
    }

    bool TakeSeparator()
    {
        bool any = false;
        while (_token.Is(",") || _token.Is(";") || IsJoint())
        {
            bool isText = PeekText() is not null;
            Advance();
            if (isText)
            {
                Raw();
            }

            any = true;
        }

        return any && _token.Kind != MathTokenKind.End;
    }

    bool IsJoint() => (_token.Kind == MathTokenKind.Word && _token.Text is "or" or "and") || _token.IsCommand("lor") || _token.IsCommand("land")
        || (PeekText() is { } text && text.Trim(' ', ',') is "or" or "and" or "");

    MathNode Statement()
    {
        Enter();
        var sides = new List<MathNode> { Union() };
        var signs = new List<string>();
        while (_token.Kind is MathTokenKind.Sign or MathTokenKind.Command && _relations.TryGetValue(_token.Text, out string? sign))
        {
            Advance();
            signs.Add(sign);
            sides.Add(Union());
        }

        Leave();
        return signs.Count == 0 ? sides[0] : Made(new RelationNode(sides, signs));
    }

    MathNode Union()
    {
        var items = new List<MathNode> { Sum() };
        while (_token.IsCommand("cup"))
        {
            Advance();
            items.Add(Sum());
        }

        return items.Count == 1 ? items[0] : Made(new GroupNode(GroupKind.Union, items));
    }

    MathNode Sum()
    {
        Enter();
        MathNode? sum = null;
        while (true)
        {
            string? sign = TakeSign();
            if (sign is null && sum is not null)
            {
                break;
            }

            var term = Product();
            sum = (sum, sign) switch
            {
                (null, null or "+") => term,
                (null, "-") => Made(new CallNode("neg", term)),
                (null, _) => Made(new CallNode(sign!, Made(new NumberNode(0)), term)),
                _ => Made(new CallNode(sign!, sum, term)),
            };
        }

        Leave();
        return sum;
    }

    string? TakeSign()
    {
        string? sign = _token.Is("+") ? "+" : _token.Is("-") ? "-" : _token.IsCommand("pm") ? "±" : _token.IsCommand("mp") ? "∓" : null;
        if (sign is not null)
        {
            Advance();
        }

        return sign;
    }

    MathNode Product()
    {
        var product = Signed();
        while (true)
        {
            if (_token.Is("*") || _token.IsCommand("times") || _token.IsCommand("cdot") || _token.IsCommand("ast"))
            {
                Advance();
                product = Made(new CallNode("*", product, Signed()));
            }
            else if (_token.Is("/") || _token.IsCommand("div"))
            {
                Advance();
                product = Made(new CallNode("/", product, Signed()));
            }
            else if (Unit(product) is { } quantity)
            {
                product = quantity;
            }
            else if (StartsAtom(_token))
            {
                product = Beside(product);
            }
            else
            {
                return product;
            }
        }
    }

    // 2x; and 1 3/4, 1\frac34, which are mixed numbers.
    MathNode Beside(MathNode product)
    {
        if (product is not NumberNode { Value: var whole })
        {
            return Made(new CallNode("*", product, Power()));
        }

        bool isNumber = _token.Kind == MathTokenKind.Number, isFraction = _token.Kind == MathTokenKind.Command && _token.Text.EndsWith("frac");
        var factor = Power();
        if (isNumber)
        {
            if (!_token.Is("/"))
            {
                throw new FormatException("two numbers side by side");
            }

            Advance();
            factor = Made(new CallNode("/", factor, Power()));
        }

        bool proper = whole.IsInteger && factor is CallNode { Name: "/", Parts: [NumberNode { Value: { IsInteger: true } above }, NumberNode { Value: { IsInteger: true } below }] }
            && above.CompareTo(below) < 0;
        return (isNumber || isFraction) && proper && whole.Plus(ValueOf(factor)) is { } mixed ? Made(new NumberNode(mixed))
            : isNumber ? throw new FormatException("two numbers side by side")
            : Made(new CallNode("*", product, factor));
    }

    static Numbers.Rational ValueOf(MathNode fraction) => ((NumberNode)fraction.Parts[0]).Value.Over(((NumberNode)fraction.Parts[1]).Value)!.Value;

    MathNode Signed()
    {
        Enter();
        string? sign = TakeSign();
        var node = sign is null or "+" ? (sign is null ? Power() : Signed())
            : sign == "-" ? Made(new CallNode("neg", Signed()))
            : Made(new CallNode(sign, Made(new NumberNode(0)), Signed()));
        Leave();
        return node;
    }

    MathNode Power()
    {
        Enter();
        var node = Atom();
        while (true)
        {
            if (_token.Is("^"))
            {
                Advance();
                node = Raised(node);
            }
            else if (_token.Is("!"))
            {
                Advance();
                node = Made(new CallNode("!", node));
            }
            else if (_token.Is("%") || _token.IsCommand("%"))
            {
                Advance();
                node = Made(new QuantityNode(node, "%"));
            }
            else if (_token.IsCommand("degree"))
            {
                Advance();
                node = Made(new QuantityNode(node, "°"));
            }
            else
            {
                Leave();
                return node;
            }
        }
    }

    // Behind ^: {…}, a sign and an atom, or \circ for degrees.
    MathNode Raised(MathNode node)
    {
        bool braced = _token.Is("{");
        var inner = braced ? _lexer.At(_token.End) : _token;
        if (inner.IsCommand("circ") || inner.IsCommand("degree"))
        {
            Move(inner.End);
            if (braced)
            {
                Expect("}");
            }

            return Made(new QuantityNode(node, "°"));
        }

        var exponent = _token.Is("-") || _token.Is("+") ? Signed() : Atom();
        return Made(new CallNode("^", node, exponent));
    }

    void Advance() => Move(_token.End);

    void Move(int position) => _token = _lexer.At(position);

    void Expect(string sign)
    {
        if (!_token.Is(sign))
        {
            throw new FormatException($"{sign} is missing");
        }

        Advance();
    }

    T Made<T>(T node)
        where T : MathNode => ++_nodes <= MostNodes ? node : throw new FormatException("it is too large");

    void Enter()
    {
        if (++_depth > 4 * Deepest)
        {
            throw new FormatException("it is nested too deeply");
        }
    }

    void Leave() => _depth--;
}
