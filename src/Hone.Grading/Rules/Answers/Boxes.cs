namespace Hone.Grading.Rules.Answers;

/// <summary><c>\boxed{…}</c> of LaTeX, with braces inside, and <c>\boxed 5</c>.</summary>
static class Boxes
{
    const int LongestContent = 4000, MostTried = 200;

    /// <summary>The last whole box that ends at or before a position; a box in a box counts, not the one around it.</summary>
    public static MarkedText? Before(string text, int end)
    {
        int tried = 0;
        for (int at = Command(text, end); at >= 0 && tried < MostTried; at = Command(text, at), tried++)
        {
            if (Read(text, at, end) is { } box)
            {
                return box;
            }
        }

        return null;
    }

    /// <summary>Whether the last box is opened and never closed.</summary>
    public static bool IsCutOff(string text) =>
        Command(text, text.Length) is >= 0 and var at && text.AsSpan(at).TrimStart("\\fboxed ").StartsWith("{") && Read(text, at, text.Length) is null;

    /// <summary>Where the brace that is open at <paramref name="from"/> − 1 is closed; −1 where it is not.</summary>
    public static int ClosingBrace(string text, int from, int end)
    {
        int depth = 1;
        for (int i = from; i < Math.Min(end, from + LongestContent); i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when --depth == 0:
                    return i;
            }
        }

        return -1;
    }

    static MarkedText? Read(string text, int start, int end)
    {
        int at = start + (text[start + 1] == 'b' ? "\\boxed".Length : "\\fbox".Length);
        bool spaced = false;
        while (at < end && text[at] == ' ')
        {
            (at, spaced) = (at + 1, true);
        }

        if (at >= end)
        {
            return null;
        }

        if (text[at] != '{')
        {
            return char.IsAsciiDigit(text[at]) || spaced && char.IsAsciiLetter(text[at]) ? new(start, at + 1, text[at..(at + 1)]) : null;
        }

        int close = ClosingBrace(text, at + 1, end);
        return close < 0 ? null : new(start, close + 1, text[(at + 1)..close]);
    }

    // The last \boxed or \fbox that begins before a position.
    static int Command(string text, int end)
    {
        while (end > 0)
        {
            end = text.LastIndexOf('\\', end - 1);
            if (end < 0 || string.CompareOrdinal(text, end, "\\boxed", 0, 6) == 0 || string.CompareOrdinal(text, end, "\\fbox", 0, 5) == 0)
            {
                return end;
            }
        }

        return -1;
    }
}
