namespace Hone.Text.Patterns;

/// <summary>The part of <see cref="PatternParser"/> that reads what stands in square brackets.</summary>
sealed class PatternClassParser(PatternParser parser)
{
    /// <summary>After '[': reads up to and with the closing bracket.</summary>
    public CharacterSet Class(bool ignoreCase)
    {
        parser.Enter("classes");
        bool negated = parser.Take('^');
        var set = new CharacterSet();
        bool first = true;
        while (first || parser.Peek() != ']')
        {
            if (parser.LooksAt("[:") || parser.LooksAt("&&"))
            {
                throw parser.Refusal(parser.LooksAt("&&") ? "an intersection '&&'" : "a class such as [:alpha:]");
            }

            AddMember(set, ignoreCase, first);
            first = false;
        }

        parser.Take(']');
        parser.Leave();
        return set.Seal(negated, ignoreCase);
    }

    void AddMember(CharacterSet set, bool ignoreCase, bool first)
    {
        if (!first && parser.Take('['))
        {
            set.Add(Class(ignoreCase));
        }
        else if (Member() is { } character)
        {
            set.Add(character, RangeEnd(character));
        }
        else
        {
            set.Add(_lastSet!);
        }
    }

    CharacterSet? _lastSet;

    // One character, or null if the member is a set, which _lastSet then holds.
    int? Member()
    {
        int c = parser.Next();
        if (c != '\\')
        {
            return c;
        }

        _lastSet = parser.EscapedSet();
        return _lastSet is not null ? null : parser.Peek() == 'b' ? Backspace() : parser.EscapedCharacter();
    }

    int Backspace()
    {
        parser.Take('b');
        return '\b';
    }

    int RangeEnd(int first)
    {
        if (parser.Peek() != '-' || parser.LooksAt("-]"))
        {
            return first;
        }

        parser.Take('-');
        return Member() is { } last && last >= first ? last : throw parser.Refusal("a range in the wrong order");
    }
}
