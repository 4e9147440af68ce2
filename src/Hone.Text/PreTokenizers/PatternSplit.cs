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
                $"{path} in tokenizer.json is '{name}', but needs to be one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
}

/// <summary>Splits by the matches of a pattern; inverted, what lies between the matches counts as the matches.</summary>
sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> pieces)
    {
        foreach (var (start, end) in Joined(Sections(text.Span)))
        {
            if (end > start)
            {
                pieces.Add(text[start..end]);
            }
        }
    }

    // The whole text in order: matches and what lies between them.
    List<(int Start, int End, bool IsMatch)> Sections(ReadOnlySpan<char> text)
    {
        List<(int, int, bool)> sections = [];
        int at = 0;
        foreach (var (start, end) in pattern.Matches(text))
        {
            if (start > at)
            {
                sections.Add((at, start, invert));
            }

            sections.Add((start, end, !invert));
            at = end;
        }

        if (at < text.Length)
        {
            sections.Add((at, text.Length, invert));
        }

        return sections;
    }

    IEnumerable<(int Start, int End)> Joined(List<(int Start, int End, bool IsMatch)> sections) => behavior switch
    {
        SplitBehavior.Isolated => sections.Select(section => (section.Start, section.End)),
        SplitBehavior.Removed => sections.Where(section => !section.IsMatch).Select(section => (section.Start, section.End)),
        SplitBehavior.Contiguous => Merged(sections, (previous, isMatch) => previous == isMatch),
        SplitBehavior.MergedWithPrevious => Merged(sections, (previous, isMatch) => isMatch && !previous),
        _ => MergedFromTheRight(sections),
    };

    // A section joins the one before it where the rule says so; of several matches in a row only the first may.
    static List<(int Start, int End)> Merged(
        IEnumerable<(int Start, int End, bool IsMatch)> sections, Func<bool, bool, bool> joins)
    {
        List<(int Start, int End)> merged = [];
        bool previous = false;
        foreach (var (start, end, isMatch) in sections)
        {
            if (merged.Count > 0 && joins(previous, isMatch))
            {
                merged[^1] = (Math.Min(merged[^1].Start, start), Math.Max(merged[^1].End, end));
            }
            else
            {
                merged.Add((start, end));
            }

            previous = isMatch;
        }

        return merged;
    }

    static List<(int Start, int End)> MergedFromTheRight(List<(int Start, int End, bool IsMatch)> sections)
    {
        sections.Reverse();
        var merged = Merged(sections, (previous, isMatch) => isMatch && !previous);
        merged.Reverse();
        return merged;
    }
}
