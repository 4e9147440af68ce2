using Hone.Text.Patterns;

namespace Hone.Text.PreTokenizers;

/// <summary>What becomes of a match when a text is split by a pattern.</summary>
enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

static class SplitBehaviors
{
    public static SplitBehavior Read(string name, string path) =>
        Enum.TryParse(name, out SplitBehavior behavior) && behavior.ToString() == name
            ? behavior
            : throw new TokenizerException(
                $"{path} is '{name}', but needs to be one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
}

/// <summary>Splits by the matches of a pattern; inverted, what lies between the matches counts as the matches.</summary>
sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces)
    {
        if (behavior == SplitBehavior.Isolated || (behavior == SplitBehavior.Removed && invert))
        {
            SplitAtMatches(text, atStart, pieces);
            return;
        }

        var joined = new Joining(text, atStart, behavior, pieces);
        int at = 0;
        foreach (var (start, end) in pattern.Matches(text.Span))
        {
            if (start > at)
            {
                joined.Add(at, start, invert);
            }

            joined.Add(start, end, !invert);
            at = end;
        }

        if (text.Length > at)
        {
            joined.Add(at, text.Length, invert);
        }

        joined.Flush();
    }

    // The two ways in which published tokenizers split: each match is a piece, and what lies between is one or is dropped.
    void SplitAtMatches(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces)
    {
        bool keepsRest = behavior == SplitBehavior.Isolated;
        int at = 0;
        foreach (var (start, end) in pattern.Matches(text.Span))
        {
            if (start > at && keepsRest)
            {
                pieces.Add(text[at..start], atStart && at == 0);
            }

            if (end > start)
            {
                pieces.Add(text[start..end], atStart && start == 0);
            }

            at = end;
        }

        if (at < text.Length && keepsRest)
        {
            pieces.Add(text[at..], atStart && at == 0);
        }
    }

    /// <summary>Gets the sections of a text in order, matches and what lies between them, and gives pieces.</summary>
    ref struct Joining(ReadOnlyMemory<char> text, bool atStart, SplitBehavior behavior, PieceSink pieces)
    {
        int _start;
        int _end;
        bool _previous;

        public void Add(int start, int end, bool isMatch)
        {
            if (behavior == SplitBehavior.Removed && isMatch)
            {
                Flush();
                _start = _end = end;
                return;
            }

            if (!Joins(isMatch))
            {
                Flush();
                _start = start;
            }

            (_end, _previous) = (end, isMatch);
        }

        // Of several matches in a row only the one beside the text joins it.
        readonly bool Joins(bool isMatch) => _end > _start && behavior switch
        {
            SplitBehavior.Contiguous => _previous == isMatch,
            SplitBehavior.MergedWithPrevious => isMatch && !_previous,
            SplitBehavior.MergedWithNext => _previous && !isMatch,
            _ => false,
        };

        public void Flush()
        {
            if (_end > _start)
            {
                pieces.Add(text[_start.._end], atStart && _start == 0);
                _start = _end;
            }
        }
    }
}
