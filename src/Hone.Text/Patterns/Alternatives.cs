using System.Numerics;

namespace Hone.Text.Patterns;

/// <summary>Which of several alternatives can match, by the next character.</summary>
sealed class Alternatives
{
    public const int None = -1;

    // One for each ASCII character, one for all others, one for the end of the text.
    const int AboveAscii = 128, AtEnd = 129;
    const int Most = 64;

    readonly ulong[] _possible = new ulong[AtEnd + 1];
    readonly int[] _starts;

    /// <param name="choices">The alternatives; of more than 64 the first 63 are told apart.</param>
    /// <param name="starts">The step that each begins with.</param>
    public Alternatives(IReadOnlyList<PatternNode> choices, int[] starts)
    {
        _starts = starts;
        for (int i = 0; i < choices.Count; i++)
        {
            var firsts = FirstCharacters.Of(choices[i]);
            ulong bit = 1UL << Math.Min(i, Most - 1);
            for (int c = 0; c < AboveAscii; c++)
            {
                _possible[c] |= firsts.Allow((char)c) ? bit : 0;
            }

            _possible[AboveAscii] |= firsts.Allow('\u0080') ? bit : 0;
            _possible[AtEnd] |= firsts.AllowEnd ? bit : 0;
        }
    }

    /// <summary>The first alternative from the given one on that can match here, or <see cref="None"/>.</summary>
    public int Next(ReadOnlySpan<char> text, int at, int from)
    {
        if (from >= Most - 1)
        {
            return from < _starts.Length ? from : None;
        }

        ulong possible = _possible[at < text.Length ? Math.Min(text[at], (char)AboveAscii) : AtEnd] >> from;
        return possible == 0 ? None : from + BitOperations.TrailingZeroCount(possible);
    }

    public int StartOf(int alternative) => _starts[alternative];
}
