using System.Buffers;
using Hone.Text.Patterns;

namespace Hone.Text;

/// <summary>A part of a text: an added token, or (Token null) the text between two of them.</summary>
readonly record struct TextPart(int Start, int End, AddedToken? Token);

/// <summary>Finds added tokens in a text, leftmost first and the longest of those that start at one place.</summary>
sealed class AddedTokenCutter
{
    static readonly CharacterSet _whitespace = CharacterSet.Whitespace(negated: false);
    static readonly CharacterSet _word = CharacterSet.Word(negated: false);

    // A character takes some hundred bytes here. Published files have a hundred thousand.
    const int MostCharacters = 1 << 21;

    readonly Node _root = new();
    readonly SearchValues<char> _firsts;

    /// <param name="tokens">Each token with the text under which it is found.</param>
    public AddedTokenCutter(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        long characters = 0;
        foreach (var (text, token) in tokens.Where(entry => entry.Text.Length > 0))
        {
            if ((characters += text.Length) > MostCharacters)
            {
                throw new TokenizerException($"The added tokens have more than {MostCharacters:N0} characters together.");
            }

            var node = _root;
            foreach (char c in text)
            {
                node = node.Next.TryGetValue(c, out var known) ? known : node.Next[c] = new();
            }

            node.Token = token;
        }

        _firsts = SearchValues.Create([.. _root.Next.Keys]);
    }

    /// <summary>The parts of a text in order. Whitespace that a token strips belongs to no part.</summary>
    public List<TextPart> Cut(string text)
    {
        List<TextPart> parts = [];
        int done = 0;
        var stripped = new Stripped(text);
        for (int at = 0; at < text.Length;)
        {
            int next = text.AsSpan(at).IndexOfAny(_firsts);
            if (next < 0)
            {
                break;
            }

            at += next;
            if (Longest(text, at) is not var (end, token))
            {
                at++;
                continue;
            }

            // What follows is searched from the match's own end, also where whitespace after it was stripped.
            if (!token.SingleWord || StandsAlone(text, at, end))
            {
                int start = token.StripsLeft ? Math.Max(StripLeft(text, at, done), done) : at;
                if (start > done)
                {
                    parts.Add(new(done, start, null));
                }

                // A token that is whitespace may lie in what the one before it took.
                done = token.StripsRight ? stripped.End(end) : end;
                if (start < done)
                {
                    parts.Add(new(start, done, token));
                }
            }

            at = end;
        }

        if (done < text.Length)
        {
            parts.Add(new(done, text.Length, null));
        }

        return parts;
    }

    (int End, AddedToken Token)? Longest(string text, int start)
    {
        var node = _root;
        (int, AddedToken)? longest = null;
        for (int i = start; i < text.Length && node.Next.TryGetValue(text[i], out var next); i++)
        {
            node = next;
            longest = node.Token is { } token ? (i + 1, token) : longest;
        }

        return longest;
    }

    static bool StandsAlone(string text, int start, int end) =>
        !(start > 0 && _word.Contains(CodePoints.Before(text, start, out _)))
        && !(end < text.Length && _word.Contains(CodePoints.At(text, end, out _)));

    static int StripLeft(string text, int start, int least)
    {
        while (start > least && _whitespace.Contains(text[start - 1]))
        {
            start--;
        }

        return start;
    }

    /// <summary>Where whitespace ends. A run of it that was walked once is not walked again: every space of it may be a token.</summary>
    struct Stripped(string text)
    {
        int _start = -1;
        int _end = -1;

        public int End(int from)
        {
            if (from >= _start && from <= _end)
            {
                return _end;
            }

            (_start, _end) = (from, from);
            while (_end < text.Length && _whitespace.Contains(text[_end]))
            {
                _end++;
            }

            return _end;
        }
    }

    sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public AddedToken? Token { get; set; }
    }
}
