namespace Hone.Grading.Rules.Answers;

/// <summary>The answers that a completion marks as its own.</summary>
/// <remarks>
/// <para>A text may mark several things on its way; the last counts. Marks that stand side by side (<c>\boxed{3} or \boxed{4}</c>,
/// two lines of <c>####</c>) are one answer of several parts: whoever grades asks each of them to be right, so listing candidates
/// gains nothing.</para>
/// <para>What stands before the last <c>&lt;/think&gt;</c>, or after a <c>&lt;think&gt;</c> that is never closed, is no answer.</para>
/// </remarks>
static class MarkedAnswers
{
    /// <summary>Characters between two marks, white space aside, up to which they belong together.</summary>
    const int SideBySide = 24;

    /// <summary>The parts of the final answer; empty, with the reason as a clause, where nothing is marked.</summary>
    public static IReadOnlyList<string> Find(string text, AnswerPlacement place, out string reason)
    {
        text = AfterThinking(text);
        string[] found = place.Mark switch
        {
            AnswerMark.Boxed => Contents(Last(text, Boxes.Before)),
            AnswerMark.Hash => Contents(Last(text, Hashes.Before)),
            AnswerMark.Tag => Contents(Last(text, (all, end) => Tags.Before(all, end, place.Tag))),
            AnswerMark.Phrase => AnswerPhrases.Find(text),
            AnswerMark.Whole => string.IsNullOrWhiteSpace(text) ? [] : [text.Trim()],
            AnswerMark.Any => Any(text, place.Tag),
            _ => [],
        };
        reason = found.Length > 0 ? "" : string.IsNullOrWhiteSpace(text) ? "there is no text outside the thinking" : Lack(place);
        return found;
    }

    /// <summary>What a text says when its thinking is over.</summary>
    public static string AfterThinking(string text)
    {
        const StringComparison anyCase = StringComparison.OrdinalIgnoreCase;
        int closed = text.LastIndexOf("</think>", anyCase);
        string rest = closed < 0 ? text : text[(closed + "</think>".Length)..];
        int open = rest.IndexOf("<think>", anyCase);
        return open < 0 ? rest : rest[..open];
    }

    /// <summary>Where an answer may stand that nothing marks: nowhere, if a mark was opened last and never closed.</summary>
    public static string Unmarked(string text, string tag)
    {
        const StringComparison anyCase = StringComparison.OrdinalIgnoreCase;
        string rest = AfterThinking(text);
        return Boxes.IsCutOff(rest) || rest.LastIndexOf($"<{tag}>", anyCase) > rest.LastIndexOf($"</{tag}>", anyCase) ? "" : rest;
    }

    // The innermost mark is the most exact one: <answer>\boxed{5}</answer> answers 5.
    static string[] Any(string text, string tag)
    {
        MarkedText[] all =
        [
            .. Last(text, Boxes.Before), .. Last(text, Hashes.Before), .. Last(text, (whole, end) => Tags.Before(whole, end, tag)),
        ];
        var inner = all.Where(mark => !all.Any(other => other != mark && mark.Start <= other.Start && other.End <= mark.End));
        return Contents(inner) is { Length: > 0 } marked ? marked : AnswerPhrases.Find(Unmarked(text, tag));
    }

    // The last mark and those side by side before it.
    static List<MarkedText> Last(string text, Func<string, int, MarkedText?> before)
    {
        const int most = 64;
        var marks = new List<MarkedText>();
        for (var mark = before(text, text.Length); mark is { } found && marks.Count < most; mark = before(text, found.Start))
        {
            if (marks.Count > 0 && Between(text, found.End, marks[^1].Start) > SideBySide)
            {
                break;
            }

            marks.Add(found);
        }

        marks.Reverse();
        return marks;
    }

    static int Between(string text, int from, int to)
    {
        int count = 0;
        for (int i = from; i < to && count <= SideBySide; i++)
        {
            count += char.IsWhiteSpace(text[i]) ? 0 : 1;
        }

        return count;
    }

    static string[] Contents(IEnumerable<MarkedText> marks) => [.. marks.Select(mark => mark.Content.Trim()).Distinct()];

    static string Lack(AnswerPlacement place) => place.Mark switch
    {
        AnswerMark.Boxed => "there is no \\boxed{…}",
        AnswerMark.Hash => "there is no line with ####",
        AnswerMark.Tag => $"there is no <{place.Tag}>…</{place.Tag}>",
        AnswerMark.Phrase => "there is no \"the answer is …\"",
        _ => "no answer is marked",
    };
}
