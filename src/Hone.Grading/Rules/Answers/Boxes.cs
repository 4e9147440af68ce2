namespace Hone.Grading.Rules.Answers;

/// <summary><c>\boxed{…}</c> of LaTeX, with braces inside, and <c>\boxed 5</c>.</summary>
static class Boxes
{
    const int LongestContent = 4000;

    /// <summary>The last whole box that ends at or before a position; a box in a box counts, not the one around it.</summary>
    public static MarkedText? Before(string text, int end)
    {
        for (int at = end; at > 0;)
        {
            at = Math.Max(LastIndexOf(text, "\\boxed", at), LastIndexOf(text, "\\fbox", at));
            if (at < 0)
            {
                return null;
            }

            if (Read(text, at, end) is { } box)
            {
                return box;
            }
        }

        return null;
    }

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

    static int LastIndexOf(string text, string word, int end) =>
        end >= word.Length ? text.LastIndexOf(word, end - 1, StringComparison.Ordinal) : -1;
}
