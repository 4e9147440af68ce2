using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>Brackets, sets, matrices and units.</summary>
sealed partial class MathParser
{
    MathNode Bracket(MathToken open)
    {
        switch (open.Text)
        {
            case "(" or "[":
                return Round(open.Text);
            case "{":
                return Braced();
            case "|" when _bars == 0:
                Advance();
                _bars++;
                var inside = Sum();
                Expect("|");
                _bars--;
                return Made(new CallNode("abs", inside));
            default:
                throw new FormatException($"{open.Text} does not belong here");
        }
    }

    // (x) groups; (1, 2), [1, 2), (1, 2] and [1, 2] are tuples or intervals.
    MathNode Round(string open)
    {
        var (bars, inside) = (_bars, Inside());
        _bars = bars;
        bool round = _token.Is(")");
        if (!round && !_token.Is("]"))
        {
            throw new FormatException("a bracket is not closed");
        }

        Close();
        var kind = (open, round) switch
        {
            ("(", true) => GroupKind.Round,
            ("[", false) => GroupKind.Square,
            ("(", false) => GroupKind.OpenClosed,
            _ => GroupKind.ClosedOpen,
        };
        return inside is GroupNode { Kind: GroupKind.List } list ? Made(new GroupNode(kind, list.Parts))
            : (open == "(") == round ? inside
            : throw new FormatException("brackets do not match");
    }

    // {x} of LaTeX groups; {1, 2} written plainly is a set.
    MathNode Braced()
    {
        var (bars, inside) = (_bars, Inside());
        _bars = bars;
        if (!_token.Is("}"))
        {
            throw new FormatException("a brace is not closed");
        }

        Close();
        return inside is GroupNode { Kind: GroupKind.List } list ? Made(new GroupNode(GroupKind.Set, list.Parts)) : inside;
    }

    // Into a bracket, which begins at the current token, up to its end.
    MathNode Inside()
    {
        _lexer.Nest(1);
        Advance();
        _bars = 0;
        return Statements();
    }

    void Close()
    {
        _lexer.Nest(-1);
        Advance();
    }

    // \{1, 2\}, \{\}, \{x | x > 3\}; the command has been read.
    MathNode Set()
    {
        _lexer.Nest(1);
        Move(_token.Start);
        if (_token.IsCommand("}"))
        {
            Close();
            return Made(new SymbolNode(SymbolNode.Empty));
        }

        var (bars, set) = (_bars, Inner());
        _bars = bars;
        if (!_token.IsCommand("}"))
        {
            throw new FormatException("a set is not closed");
        }

        Close();
        return set;
    }

    MathNode Inner()
    {
        _bars = 1;
        var items = Statements();
        if (_token.Is("|") || _token.Is(":") || _token.IsCommand("mid"))
        {
            Advance();
            return Statements();
        }

        return Made(new GroupNode(GroupKind.Set, items is GroupNode { Kind: GroupKind.List } list ? list.Parts : [items]));
    }

    // \lfloor x \rfloor, \lvert x \rvert, \langle 1, 2 \rangle; the opening command has been read.
    MathNode Enclosed(string open, string close)
    {
        var inside = Statements();
        if (!_token.IsCommand(close))
        {
            throw new FormatException($"\\{close} is missing");
        }

        Advance();
        return open switch
        {
            "lfloor" => Made(new CallNode("floor", inside)),
            "lceil" => Made(new CallNode("ceil", inside)),
            "lvert" => Made(new CallNode("abs", inside)),
            _ => Made(new GroupNode(GroupKind.Round, inside is GroupNode { Kind: GroupKind.List } list ? list.Parts : [inside])),
        };
    }

    GroupNode Matrix()
    {
        if (Raw() is not ("pmatrix" or "bmatrix" or "matrix"))
        {
            throw new FormatException("not a matrix");
        }

        var rows = new List<MathNode>();
        var row = new List<MathNode>();
        while (true)
        {
            row.Add(Statement());
            if (_token.Is("&"))
            {
                Advance();
                continue;
            }

            rows.Add(Made(new GroupNode(GroupKind.Row, row)));
            row = [];
            if (_token.IsCommand("cr"))
            {
                Advance();
            }

            if (_token.IsCommand("end"))
            {
                Advance();
                Raw();
                return Made(new GroupNode(GroupKind.Matrix, rows));
            }

            if (_token.Kind == MathTokenKind.End)
            {
                throw new FormatException("a matrix is not closed");
            }
        }
    }

    /// <summary>What stands in the braces that begin here, as it is written; goes behind them.</summary>
    string Raw()
    {
        if (!_token.Is("{"))
        {
            throw new FormatException("a brace is missing");
        }

        int close = Boxes.ClosingBrace(_lexer.Text, _token.End, _lexer.Text.Length);
        if (close < 0)
        {
            throw new FormatException("a brace is not closed");
        }

        string raw = _lexer.Text[_token.End..close];
        Move(close + 1);
        return raw;
    }

    string? PeekText() => _token.Kind == MathTokenKind.Command && _textCommands.Contains(_token.Text) && _lexer.At(_token.End) is var open && open.Is("{")
        && Boxes.ClosingBrace(_lexer.Text, open.End, _lexer.Text.Length) is >= 0 and var close
            ? _lexer.Text[open.End..close]
            : null;

    // 5 \text{ cm}^2, 5 cm, 5 apples: words behind a value say what it counts.
    QuantityNode? Unit(MathNode value)
    {
        bool isText = PeekText() is { } text && text.Trim().Length > 0 && !IsJoint();
        bool isWord = _token.Kind == MathTokenKind.Word && (_token.Text.Length > LongestProduct || MathUnits.IsKnown(_token.Text)) && IsCountable(value) && !_symbols.ContainsKey(_token.Text)
            && (!_functions.Contains(_token.Text) || (_token.Text == "min" && value is NumberNode));
        if (value is not (NumberNode or CallNode or QuantityNode) || (!isText && !isWord))
        {
            return null;
        }

        string unit = isText ? PeekText()!.Trim() : _token.Text;
        Advance();
        if (isText)
        {
            Raw();
        }

        return Made(new QuantityNode(value, unit + UnitPower()));
    }

    static bool IsCountable(MathNode value) => !value.All().Any(node => node is SymbolNode { IsVariable: true } or WordsNode);

    // "^2" or "^{2}" behind a unit.
    string UnitPower()
    {
        if (!_token.Is("^"))
        {
            return "";
        }

        Advance();
        string power = _token.Text;
        if (_token.Is("{"))
        {
            power = Raw();
        }
        else
        {
            Advance();
        }

        if (power.Length is 0 or > 3)
        {
            throw new FormatException("a unit's power is missing");
        }

        return $"^{power}";
    }
}
