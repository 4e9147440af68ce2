using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules;

/// <summary>1 where a completion is <c>&lt;think&gt;…&lt;/think&gt;&lt;answer&gt;…&lt;/answer&gt;</c> or other tags in this order: each opened and
/// closed once, none within another, something in each, and nothing but white space outside. Else 0, or the share of what is met.</summary>
/// <remarks>For the form of an answer, beside a grader of what it says or as its gate. Conditions: per tag that it is opened once, is
/// closed once and holds text, and for the whole that the order is right and that nothing stands outside. Partial credit rewards each,
/// which a base model that never finds the whole form may need; a gate should not have it.</remarks>
public sealed class TagsGrader(IReadOnlyList<string> tags) : RuleGrader
{
    public static readonly IReadOnlyList<string> ThinkAndAnswer = ["think", "answer"];

    /// <summary>Each condition that is met counts, instead of all or nothing.</summary>
    public bool Partial { get; init; }

    /// <summary>The prompt ends with the first tag's opening, as some chat templates have it; the completion must not repeat it.</summary>
    public bool StartsInside { get; init; }

    /// <summary>Text may stand before, between and after the tags.</summary>
    public bool Outside { get; init; }

    internal static TagsGrader Read(GraderForm form)
    {
        var tags = form.Texts("tags") ?? ThinkAndAnswer;
        if (tags.FirstOrDefault(tag => !AnswerPlacement.IsName(tag)) is { } bad)
        {
            form.Problem($"{form.Path}.tags has \"{bad}\", but needs names without brackets, such as think for <think>…</think>.");
        }

        if (tags.Distinct().Count() < tags.Count)
        {
            form.Problem($"{form.Path}.tags names a tag twice, but each tag may occur once.");
        }

        return new(tags) { Partial = form.Flag("partial"), StartsInside = form.Flag("startsInside"), Outside = form.Flag("outside") };
    }

    protected override Grade GradeOne(GradingItem item)
    {
        string text = StartsInside ? $"<{tags[0]}>{item.Completion}" : item.Completion;
        var marks = tags.SelectMany(tag => new[] { Places(text, $"<{tag}>"), Places(text, $"</{tag}>") }).ToArray();
        (bool Met, string Problem)[] conditions = [.. marks.Select(Once), .. tags.Select((tag, t) => Filled(text, tag, marks[2 * t], marks[2 * t + 1])), Whole(text, marks)];
        int met = conditions.Count(one => one.Met);
        string? problem = conditions.FirstOrDefault(one => !one.Met).Problem;
        return problem is null ? item.Scored(1, "The tags are as wanted.")
            : item.Scored(Partial ? (double)met / conditions.Length : 0, $"Form: {problem}.");
    }

    (bool, string) Once((string Mark, int[] At) mark) =>
        (mark.At.Length == 1, mark.At.Length == 0 ? $"there is no {mark.Mark}" : $"{mark.Mark} occurs {mark.At.Length} times");

    static (bool, string) Filled(string text, string tag, (string Mark, int[] At) open, (string Mark, int[] At) shut)
    {
        int from = open.At.Length > 0 ? open.At[0] + open.Mark.Length : text.Length;
        int to = shut.At.Length > 0 ? shut.At[0] : 0;
        return (from < to && !string.IsNullOrWhiteSpace(text[from..to]), $"there is nothing in <{tag}>…</{tag}>");
    }

    // The order, and what is outside it.
    (bool, string) Whole(string text, (string Mark, int[] At)[] marks)
    {
        if (marks.Any(mark => mark.At.Length != 1))
        {
            return (false, "the tags are not complete");
        }

        int end = 0;
        for (int m = 0; m < marks.Length; m++)
        {
            int at = marks[m].At[0];
            if (at < end)
            {
                return (false, $"{marks[m].Mark} stands before {marks[m - 1].Mark}");
            }

            if (m % 2 == 0 && !Outside && !string.IsNullOrWhiteSpace(text[end..at]))
            {
                return (false, $"text stands before {marks[m].Mark}");
            }

            end = at + marks[m].Mark.Length;
        }

        return (Outside || string.IsNullOrWhiteSpace(text[end..]), $"text follows {marks[^1].Mark}");
    }

    static (string Mark, int[] At) Places(string text, string mark)
    {
        var places = new List<int>();
        for (int at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(mark, at + mark.Length, StringComparison.Ordinal))
        {
            places.Add(at);
        }

        return (mark, [.. places]);
    }
}
