namespace Hone.Text.Jinja;

/// <summary>Cuts a template into text and tags, with the whitespace rules that chat templates are rendered with.</summary>
/// <remarks>
/// trim_blocks: the newline after a block or comment goes. lstrip_blocks: blanks before one at the start of a line go.
/// "-" removes all whitespace on its side, "+" keeps it. One newline at the end of the template goes.
/// </remarks>
sealed class Lexer
{
    readonly string _source;
    readonly List<Lexeme> _lexemes = [];
    int _at;
    int _line = 1;
    int _lineStart;
    int _counted;
    bool _lineBegins = true;

    Lexer(string source)
    {
        source = source.Replace("\r\n", "\n").Replace('\r', '\n');
        _source = source.EndsWith('\n') ? source[..^1] : source;
    }

    public static List<Lexeme> Read(string source)
    {
        var lexer = new Lexer(source);
        try
        {
            lexer.ReadAll();
        }
        catch (TemplateFault fault)
        {
            var place = lexer.PlaceOf(lexer._at);
            throw Template.At(fault, place);
        }

        return lexer._lexemes;
    }

    void ReadAll()
    {
        while (_at < _source.Length)
        {
            int tag = NextTag();
            if (tag < 0)
            {
                AddText(_source[_at..]);
                _at = _source.Length;
                break;
            }

            char kind = _source[tag + 1];
            char sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : '\0';
            AddText(Before(_source[_at..tag], kind, sign));
            _at = tag;
            int inside = tag + (sign == '\0' ? 2 : 3);
            switch (kind)
            {
                case '#': ReadComment(inside); break;
                case '%' when RawStart(inside) is { } body: ReadRaw(body); break;
                default: ReadTag(kind, inside); break;
            }

            _lineBegins = _source[_at - 1] == '\n';
        }

        Add(LexemeKind.End, "", _source.Length);
    }

    int NextTag()
    {
        int tag = _at - 1;
        do
        {
            tag = _source.IndexOf('{', tag + 1);
        }
        while (tag >= 0 && !(tag + 1 < _source.Length && _source[tag + 1] is '{' or '%' or '#'));
        return tag;
    }

    // The text before a tag, less what the tag's sign or lstrip_blocks removes.
    string Before(string text, char kind, char sign)
    {
        if (sign == '-')
        {
            return PythonText.Strip(text, null, left: false, right: true);
        }

        if (sign == '+' || kind == '{')
        {
            return text;
        }

        int line = text.LastIndexOf('\n') + 1;
        bool startsLine = line > 0 || _lineBegins;
        return startsLine && text.AsSpan(line).IndexOfAnyExcept(PythonText.WhitespaceCharacters) < 0 ? text[..line] : text;
    }

    void ReadComment(int inside)
    {
        int end = _source.IndexOf("#}", inside, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateFault("a comment '{#' is not closed by '#}'");
        }

        _at = AfterBlock(end);
    }

    /// <summary>Where the reading goes on after the end sign of a block or comment at this position.</summary>
    int AfterBlock(int end)
    {
        int next = end + 2;
        return _source[end - 1] switch
        {
            '-' => SkipWhitespace(next),
            '+' => next,
            _ => next < _source.Length && _source[next] == '\n' ? next + 1 : next,
        };
    }

    // {% raw %}: where its body begins, or null if the tag is another.
    int? RawStart(int inside)
    {
        int name = SkipWhitespace(inside);
        if (string.CompareOrdinal(_source, name, "raw", 0, 3) != 0)
        {
            return null;
        }

        int end = SkipWhitespace(name + 3);
        bool strips = end < _source.Length && _source[end] == '-';
        end += strips ? 1 : 0;
        return string.CompareOrdinal(_source, end, "%}", 0, 2) != 0 ? null : strips ? SkipWhitespace(end + 2) : end + 2;
    }

    void ReadRaw(int body)
    {
        for (int tag = _source.IndexOf("{%", body, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            char sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : '\0';
            int name = SkipWhitespace(tag + (sign == '\0' ? 2 : 3));
            if (string.CompareOrdinal(_source, name, "endraw", 0, 6) != 0)
            {
                continue;
            }

            int end = SkipWhitespace(name + 6);
            end += end < _source.Length && _source[end] is '-' or '+' ? 1 : 0;
            if (string.CompareOrdinal(_source, end, "%}", 0, 2) == 0)
            {
                _lineBegins = false;
                AddText(Before(_source[body..tag], '%', sign));
                _at = AfterBlock(end);
                return;
            }
        }

        throw new TemplateFault("a '{% raw %}' is not closed by '{% endraw %}'");
    }

    void ReadTag(char kind, int inside)
    {
        bool prints = kind == '{';
        Add(prints ? LexemeKind.PrintStart : LexemeKind.BlockStart, "", _at);
        _at = inside;
        var expression = new ExpressionLexer(_source, prints ? "}}" : "%}");
        while (true)
        {
            _at = SkipWhitespace(_at);
            if (expression.EndAt(_at) is { } end)
            {
                Add(prints ? LexemeKind.PrintEnd : LexemeKind.BlockEnd, "", _at);
                _at = !prints ? AfterBlock(end) : _source[end - 1] == '-' ? SkipWhitespace(end + 2) : end + 2;
                return;
            }

            int start = _at;
            var (lexeme, text) = expression.Next(ref _at);
            Add(lexeme, text, start);
        }
    }

    int SkipWhitespace(int at)
    {
        while (at < _source.Length && PythonText.IsWhitespace(_source[at]))
        {
            at++;
        }

        return at;
    }

    void AddText(string text)
    {
        if (text.Length > 0)
        {
            Add(LexemeKind.Text, text, _at);
        }
    }

    void Add(LexemeKind kind, string text, int at) => _lexemes.Add(new(kind, text, PlaceOf(at)));

    Place PlaceOf(int at)
    {
        for (; _counted < at; _counted++)
        {
            if (_source[_counted] == '\n')
            {
                _line++;
                _lineStart = _counted + 1;
            }
        }

        return new(_line, at - _lineStart + 1);
    }
}
