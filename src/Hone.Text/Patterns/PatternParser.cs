using System.Globalization;
using System.Text;

namespace Hone.Text.Patterns;

/// <summary>Reads the dialect of tokenizer.json's patterns (Oniguruma, Ruby syntax) as far as splits need it.</summary>
sealed class PatternParser(string pattern, PatternDialect dialect)
{
    // A character of a pattern takes some kilobytes while it is compiled; the longest published pattern has some hundred characters.
    const int MostCharacters = 1 << 16;

    // Whatever is nested is walked by recursion later on.
    const int MostDepth = 100, MostQuantifiers = 8;

    int _at;
    int _depth;

    CharacterSet Words => CharacterSet.Word(negated: false, dialect);

    bool Lines => dialect == PatternDialect.Oniguruma;

    bool _ignoreCase;

    public static PatternNode Parse(string pattern, PatternDialect dialect)
    {
        RequireLength(pattern);
        var parser = new PatternParser(pattern, dialect);
        var node = parser.Choices();
        return parser._at == pattern.Length ? node : throw parser.Refusal("a ')' without '('");
    }

    /// <exception cref="TokenizerException">The pattern is longer than any that is meant to be one.</exception>
    public static void RequireLength(string pattern)
    {
        if (pattern.Length > MostCharacters)
        {
            throw new TokenizerException($"A pattern has {pattern.Length:N0} characters, but {MostCharacters:N0} are the most that one may have.");
        }
    }

    PatternNode Choices()
    {
        bool outerCase = _ignoreCase;
        List<PatternNode> choices = [Items()];
        while (Take('|'))
        {
            choices.Add(Items());
        }

        _ignoreCase = outerCase;
        return choices.Count == 1 ? choices[0] : new Either(choices);
    }

    InOrder Items()
    {
        List<PatternNode> items = [];
        while (_at < pattern.Length && pattern[_at] is not ('|' or ')'))
        {
            var item = Item();
            for (int quantifiers = 0; Quantifier(item) is { } repeat; quantifiers++)
            {
                item = quantifiers < MostQuantifiers ? repeat : throw Refusal($"more than {MostQuantifiers} quantifiers in a row");
            }

            items.Add(item);
        }

        return new(items);
    }

    PatternNode Item()
    {
        int c = Next();
        return c switch
        {
            '(' => Group(),
            '[' => new OneOf(new PatternClassParser(this).Class(_ignoreCase)),
            '\\' => Escape(),
            '.' => new OneOf(new CharacterSet().Add('\n', '\n').Seal(negated: true, ignoreCase: false)),
            '^' => new At(Lines ? Boundary.LineStart : Boundary.TextStart),
            '$' => new At(Lines ? Boundary.LineEnd : Boundary.TextEnd),
            '*' or '+' or '?' => throw Refusal("a quantifier with nothing before it"),
            _ => new OneOf(CharacterSet.Of(c, _ignoreCase)),
        };
    }

    PatternNode Group()
    {
        Enter("groups");
        bool outerCase = _ignoreCase;
        Func<PatternNode, PatternNode> wrap = body => body;
        if (Take('?'))
        {
            wrap = GroupKind();
        }

        var body = Choices();
        if (!Take(')'))
        {
            throw Refusal("a '(' without ')'");
        }

        Leave();
        _ignoreCase = outerCase;
        return wrap(body);
    }

    /// <summary>One level deeper, until <see cref="Leave"/>.</summary>
    public void Enter(string what)
    {
        if (++_depth > MostDepth)
        {
            throw Refusal($"{what} nested deeper than {MostDepth}");
        }
    }

    public void Leave() => _depth--;

    Func<PatternNode, PatternNode> GroupKind()
    {
        foreach (var (sign, wrap) in _groupKinds)
        {
            if (string.CompareOrdinal(pattern, _at, sign, 0, sign.Length) == 0)
            {
                _at += sign.Length;
                _ignoreCase |= sign == "i:";
                _ignoreCase &= sign != "-i:";
                return wrap;
            }
        }

        throw Refusal("a group of a kind that is not supported");
    }

    static readonly (string Sign, Func<PatternNode, PatternNode> Wrap)[] _groupKinds =
    [
        (":", body => body),
        ("i:", body => body),
        ("-i:", body => body),
        (">", body => new Atomic(body)),
        ("=", body => new Look(body, Behind: false, Negated: false)),
        ("!", body => new Look(body, Behind: false, Negated: true)),
        ("<=", body => new Look(body, Behind: true, Negated: false)),
        ("<!", body => new Look(body, Behind: true, Negated: true)),
    ];

    Repeat? Quantifier(PatternNode body)
    {
        int least, most;
        bool counted = false;
        switch (Peek())
        {
            case '?': (least, most) = (0, 1); break;
            case '*': (least, most) = (0, int.MaxValue); break;
            case '+': (least, most) = (1, int.MaxValue); break;
            case '{' when Counts() is { } counts: (least, most) = counts; counted = true; break;
            default: return null;
        }

        if (!counted)
        {
            _at++;
        }

        // Oniguruma reads "{1,3}+" as a repeat of the counted group; there only ?+ *+ ++ are possessive.
        var kind = Take('?') ? Repetition.Lazy : !(counted && Lines) && Take('+') ? Repetition.Possessive : Repetition.Greedy;
        return new Repeat(body, least, most, kind);
    }

    (int Least, int Most)? Counts()
    {
        int end = pattern.IndexOf('}', _at);
        string[] bounds = end < 0 ? [] : pattern[(_at + 1)..end].Split(',');
        if (bounds.Length is < 1 or > 2
            || !bounds.All(bound => bound.All(char.IsAsciiDigit) && bound.Length < 5)
            || bounds.All(bound => bound.Length == 0))
        {
            return null;
        }

        _at = end + 1;
        int least = bounds[0].Length == 0 ? 0 : int.Parse(bounds[0], CultureInfo.InvariantCulture);
        int most = bounds.Length == 1 ? least : bounds[1].Length == 0 ? int.MaxValue : int.Parse(bounds[1], CultureInfo.InvariantCulture);
        return most >= least ? (least, most) : throw Refusal($"the counts {{{least},{most}}} in the wrong order");
    }

    PatternNode Escape()
    {
        switch (Peek())
        {
            case 'b': _at++; return new At(Boundary.Word) { Words = Words };
            case 'B': _at++; return new At(Boundary.NoWord) { Words = Words };
            case 'A': _at++; return new At(Boundary.TextStart);
            case 'z': _at++; return new At(Boundary.TextEnd);
            case 'Z': _at++; return new At(Boundary.TextEndOrLastLine);
            default:
                return new OneOf(EscapedSet() is { } set ? set : CharacterSet.Of(EscapedCharacter(), _ignoreCase));
        }
    }

    /// <summary>After a backslash: the set that the escape stands for, or null if it stands for one character.</summary>
    public CharacterSet? EscapedSet()
    {
        char c = Peek();
        CharacterSet? set = c switch
        {
            's' or 'S' => CharacterSet.Whitespace(c == 'S'),
            'd' or 'D' => CharacterSet.Of(Categories.Named("Nd")!.Value, c == 'D'),
            'w' or 'W' => CharacterSet.Word(c == 'W', dialect),
            _ => null,
        };
        if (set is not null)
        {
            _at++;
            return set;
        }

        return c is 'p' or 'P' ? Property() : null;
    }

    CharacterSet Property()
    {
        bool negated = pattern[_at++] == 'P';
        int end = Take('{') ? pattern.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            throw Refusal("\\p without a name in braces");
        }

        string name = pattern[_at..end];
        _at = end + 1;
        negated ^= name.StartsWith('^');
        return Categories.Named(name.TrimStart('^')) is { } categories
            ? CharacterSet.Of(categories, negated)
            : throw Refusal($"the property '{name}', which is no general category");
    }

    /// <summary>After a backslash: the one character that the escape stands for.</summary>
    public int EscapedCharacter()
    {
        int c = Next();
        return c switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => 0x1B,
            'x' when Take('{') => Hexadecimal(pattern.IndexOf('}', _at) - _at, closing: 1),
            'x' => Hexadecimal(2, closing: 0),
            'u' => Hexadecimal(4, closing: 0),
            _ when c < 128 && char.IsAsciiLetterOrDigit((char)c) => throw Refusal($"the escape '\\{(char)c}'"),
            _ => c,
        };
    }

    int Hexadecimal(int length, int closing)
    {
        if (length is < 1 or > 6 || _at + length > pattern.Length
            || !int.TryParse(pattern.AsSpan(_at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            throw Refusal("a code point that is not hexadecimal");
        }

        _at += length + closing;
        return value;
    }

    public char Peek() => _at < pattern.Length ? pattern[_at] : '\0';

    public bool LooksAt(string text) => string.CompareOrdinal(pattern, _at, text, 0, text.Length) == 0;

    public bool Take(char c)
    {
        bool found = _at < pattern.Length && pattern[_at] == c;
        _at += found ? 1 : 0;
        return found;
    }

    public int Next()
    {
        if (_at == pattern.Length)
        {
            throw Refusal("an end where something must follow");
        }

        Rune.DecodeFromUtf16(pattern.AsSpan(_at), out var rune, out int length);
        _at += length;
        return rune.Value;
    }

    public TokenizerException Refusal(string what) =>
        new($"The pattern '{Pattern.Shown(pattern)}' has {what} at position {_at}; this is not supported.");
}
