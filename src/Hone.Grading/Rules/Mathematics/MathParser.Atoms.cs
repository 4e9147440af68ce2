namespace Hone.Grading.Rules.Mathematics;

/// <summary>Numbers, symbols, functions, brackets and what else stands as one piece.</summary>
sealed partial class MathParser
{
    static readonly HashSet<string> _functions =
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp", "sqrt", "abs", "floor", "ceil",
        "max", "min", "gcd", "lcm",
    ];

    static readonly Dictionary<string, string> _symbols = new()
    {
        ["pi"] = SymbolNode.Pi,
        ["π"] = SymbolNode.Pi,
        ["infty"] = SymbolNode.Infinity,
        ["infinity"] = SymbolNode.Infinity,
        ["inf"] = SymbolNode.Infinity,
        ["emptyset"] = SymbolNode.Empty,
        ["varnothing"] = SymbolNode.Empty,
        ["ell"] = "l",
    };

    static readonly HashSet<string> _greek =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma",
        "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega",
    ];

    static readonly HashSet<string> _textCommands = ["text", "textbf", "textit", "textrm", "mbox", "mathrm", "mathbf", "mathit", "mathsf", "boldsymbol", "operatorname"];

    static readonly Dictionary<string, string> _closing = new() { ["lfloor"] = "rfloor", ["lceil"] = "rceil", ["lvert"] = "rvert", ["langle"] = "rangle" };

    bool StartsAtom(MathToken token) => token.Kind switch
    {
        MathTokenKind.Number or MathTokenKind.Letter => true,
        MathTokenKind.Word => token.Text is not ("or" or "and"),
        MathTokenKind.Sign => token.Text is "(" or "[" or "{" || (token.Text == "|" && _bars == 0),
        MathTokenKind.Command => token.Text is "frac" or "dfrac" or "tfrac" or "cfrac" or "sqrt" or "binom" or "dbinom" or "tbinom" or "overline" or "mathbb" or "{" or "begin"
            || _functions.Contains(token.Text) || _symbols.ContainsKey(token.Text) || _greek.Contains(token.Text) || _closing.ContainsKey(token.Text)
            || (_textCommands.Contains(token.Text) && !IsJoint()),
        _ => false,
    };

    MathNode Atom()
    {
        Enter();
        var token = _token;
        MathNode atom = token.Kind switch
        {
            MathTokenKind.Number => Number(token),
            MathTokenKind.Letter => Symbol(token),
            MathTokenKind.Word => Word(token),
            MathTokenKind.Command => Command(token),
            MathTokenKind.Sign => Bracket(token),
            _ => throw new FormatException("something is missing"),
        };
        Leave();
        return atom;
    }

    // 1011_2 is a number of another base, of which only the digits are compared.
    MathNode Number(MathToken token)
    {
        Advance();
        return _token.Is("_") ? Made(new WordsNode($"{token.Text}_{Subscript()}")) : Made(new NumberNode(token.Value!.Value));
    }

    SymbolNode Symbol(MathToken token)
    {
        Advance();
        string name = _symbols.GetValueOrDefault(token.Text, token.Text);
        name = _token.Is("_") ? $"{name}_{Subscript()}" : name;
        while (_token.Is("'"))
        {
            Advance();
            name += "'";
        }

        return Made(new SymbolNode(name));
    }

    // _1, _{12}, _{max}
    string Subscript()
    {
        Advance();
        if (_token.Is("{"))
        {
            return Raw().Replace(" ", "");
        }

        string text = _token.Kind is MathTokenKind.Number or MathTokenKind.Letter ? _token.Text : throw new FormatException("a subscript is missing");
        Advance();
        return text;
    }

    // A function, a constant, a product of variables such as xy, or a word of the language.
    MathNode Word(MathToken token)
    {
        if (_functions.Contains(token.Text) || _symbols.ContainsKey(token.Text))
        {
            return _symbols.ContainsKey(token.Text) ? Symbol(token) : Function(token.Text);
        }

        if (token.Text.Length > LongestProduct)
        {
            return Words();
        }

        // The letters one by one, so that the last may have a subscript or an exponent: ab^2.
        var first = Made(new SymbolNode(token.Text[..1]));
        _token = new(token.Text.Length == 2 ? MathTokenKind.Letter : MathTokenKind.Word, token.Text[1..], token.Start + 1, token.End);
        return first;
    }

    WordsNode Words()
    {
        int start = _token.Start, end = _token.End;
        while (_token.Kind is MathTokenKind.Word or MathTokenKind.Letter)
        {
            end = _token.End;
            Advance();
        }

        return Made(new WordsNode(_lexer.Text[start..end]));
    }

    MathNode Command(MathToken token)
    {
        Advance();
        switch (token.Text)
        {
            case "frac" or "dfrac" or "tfrac" or "cfrac":
                return Made(new CallNode("/", Argument(), Argument()));
            case "binom" or "dbinom" or "tbinom":
                return Made(new CallNode("binom", Argument(), Argument()));
            case "sqrt":
                return Root();
            case "{":
                return Set();
            case "begin":
                return Matrix();
            case "mathbb":
                return Made(new SymbolNode(Raw() is "R" ? SymbolNode.Reals : throw new FormatException("not a set that is known")));
            case "overline":
                return Made(new SymbolNode($"overline {Raw()}"));
            case var name when _textCommands.Contains(name):
                return Text(Raw().Trim());
            case var name when _functions.Contains(name):
                _token = token;
                return Function(name);
            case var name when _closing.TryGetValue(name, out string? close):
                return Enclosed(name, close);
            case var name when _symbols.ContainsKey(name) || _greek.Contains(name):
                _token = token;
                return Symbol(token);
            default:
                throw new FormatException($"\\{token.Text} is not read");
        }
    }

    // \text{B}, \mathrm{e}, \text{no solution}, \text{(B)}
    MathNode Text(string text)
    {
        string bare = text.Trim('(', ')', ' ');
        return bare.Length == 1 && char.IsLetter(bare[0]) ? Made(new SymbolNode(bare))
            : text.Length > 0 && text.All(char.IsAsciiDigit) && Numbers.Rational.OfDecimal(text) is { } number ? Made(new NumberNode(number))
            : Made(new WordsNode(text));
    }

    CallNode Root()
    {
        MathNode degree = new NumberNode(2);
        if (_token.Is("["))
        {
            Advance();
            degree = Sum();
            Expect("]");
        }

        return Made(new CallNode("root", Argument(), degree));
    }

    // {…} or one digit, letter or command.
    MathNode Argument()
    {
        if (_token.Kind == MathTokenKind.Number)
        {
            int start = _token.Start;
            Move(start + 1);
            return Made(new NumberNode(Numbers.Rational.OfDecimal(_lexer.Text.AsSpan(start, 1)) ?? throw new FormatException("a digit is missing")));
        }

        if (_token.Kind == MathTokenKind.Word)
        {
            _token = new(MathTokenKind.Letter, _token.Text[..1], _token.Start, _token.Start + 1);
        }

        return Atom();
    }

    // sin x, sin 2x, sin^2 x, log_2 8, sin(x) cos(x), max(1, 2)
    MathNode Function(string name)
    {
        Advance();
        MathNode? power = null, logBase = null;
        while (_token.Is("^") || _token.Is("_"))
        {
            bool isPower = _token.Is("^");
            Advance();
            var value = _token.Is("-") ? Signed() : Atom();
            (power, logBase) = isPower ? (value, logBase) : (power, value);
        }

        bool inverse = power is CallNode { Name: "neg", Parts: [NumberNode { Value: var one }] } && one == 1;
        if (inverse && name is "sin" or "cos" or "tan")
        {
            (name, power) = ($"arc{name}", null);
        }

        MathNode[] arguments = FunctionArguments();
        MathNode call = name switch
        {
            "sqrt" => new CallNode("root", arguments[0], new NumberNode(2)),
            "exp" => new CallNode("^", new SymbolNode("e"), arguments[0]),
            "log" or "lg" => new CallNode("log", arguments[0], logBase ?? new NumberNode(10)),
            "ln" => new CallNode("log", arguments[0], new SymbolNode("e")),
            _ => new CallNode(name, arguments),
        };
        return Made(power is null ? call : new CallNode("^", call, power));
    }

    MathNode[] FunctionArguments()
    {
        if (_token.Is("(") || _token.Is("{") || _token.Is("["))
        {
            var inside = Atom();
            return inside is GroupNode { Kind: GroupKind.Round } several ? [.. several.Parts] : [inside];
        }

        var argument = Power();
        while (StartsAtom(_token) && _token.Kind != MathTokenKind.Number && !IsFunction(_token) && !_token.Is("("))
        {
            argument = Made(new CallNode("*", argument, Power()));
        }

        return [argument];
    }

    static bool IsFunction(MathToken token) => token.Kind is MathTokenKind.Word or MathTokenKind.Command && _functions.Contains(token.Text);
}
