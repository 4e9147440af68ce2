using System.Text.RegularExpressions;
using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>Which match counts where a pattern matches several times with different captures.</summary>
public enum MatchChoice
{
    /// <summary>None: an answer that says two things says nothing.</summary>
    Only,
    First,
    Last,
}

/// <summary>1 where a regular expression matches the completion, else 0; with a group, where what the group captured is also
/// the reference answer.</summary>
/// <remarks>For answers with a form of their own, such as an order number. Patterns run in linear time where .NET can; the others
/// (look-around, back-references) get <see cref="TimeLimit"/> per completion, and past it the grade is a fault.</remarks>
public sealed class RegexGrader : RuleGrader
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(500);

    const int MostMatches = 1000;

    readonly Regex _pattern;

    /// <exception cref="ArgumentException">The pattern is not a regular expression, or has no such group.</exception>
    public RegexGrader(string pattern, bool full = false, bool ignoreCase = false, string? group = null)
    {
        _pattern = Compile(pattern, ignoreCase);
        _pattern = full ? Compile($@"\A(?:{pattern})\z", ignoreCase) : _pattern;
        Group = group;
        if (group is not null && _pattern.GroupNumberFromName(group) < 0)
        {
            throw new ArgumentException($"it has no group {group}", nameof(group));
        }
    }

    /// <summary>Name or number of the group that is compared with the reference. Null: that it matches is enough.</summary>
    public string? Group { get; }

    public MatchChoice Take { get; init; }

    /// <summary>Differences between capture and reference that do not count.</summary>
    public TextForm Form { get; init; } = new();

    /// <summary>Where the reference answer is, as in <see cref="ReferenceAnswers.Of"/>.</summary>
    public string? Field { get; init; }

    internal static RegexGrader? Read(GraderForm form)
    {
        string pattern = form.RequiredText("pattern", "a regular expression such as \"^Order [0-9]+$\"");
        string match = form.Choice("match", "search", ("search", "anywhere in the text"), ("full", "the whole text"));
        string? group = form.Any("group")?.ValueKind == System.Text.Json.JsonValueKind.Number ? form.Integer("group", 0, 1000)?.ToString() : form.Text("group");
        string take = form.Choice("take", "only", ("only", "different captures score 0"), ("first", ""), ("last", ""));
        var text = TextForm.Read(form);
        string? field = form.Text("field");
        if (group is null && (form.Has("take") || form.Has("field")))
        {
            form.Problem($"{form.Path}.group is missing; take and field say what to compare its capture with.");
        }

        try
        {
            return new(pattern, match == "full", text.Case, group)
            {
                Take = take switch { "first" => MatchChoice.First, "last" => MatchChoice.Last, _ => MatchChoice.Only },
                Form = text,
                Field = field,
            };
        }
        catch (ArgumentException e) when (e.ParamName == "group")
        {
            form.Problem($"{form.Path}.group is {form.Show("group")}, but the pattern has no such group.");
        }
        catch (ArgumentException e)
        {
            form.Problem($"{form.Path}.pattern is \"{pattern}\", which is not a regular expression: {e.Message.TrimEnd('.')}.");
        }

        return null;
    }

    protected override Grade GradeOne(GradingItem item)
    {
        try
        {
            return Group is not null ? Compare(item, Group)
                : _pattern.IsMatch(item.Completion) ? item.Scored(1, "The pattern matches.")
                : item.Scored(0, "The pattern does not match.");
        }
        catch (RegexMatchTimeoutException)
        {
            return item.Failed("regex", $"the pattern took longer than {TimeLimit.TotalMilliseconds} ms; write it without nested repetition.");
        }
    }

    Grade Compare(GradingItem item, string group)
    {
        if (ReferenceAnswers.Of(item, Field, out string problem) is not { } accepted)
        {
            return item.Failed("reference", problem);
        }

        string[] captures = [.. Captures(item.Completion, group)];
        if (captures.Length > MostMatches)
        {
            return item.Scored(0, $"The pattern matches more than {MostMatches} times.");
        }

        captures = Take switch
        {
            MatchChoice.First => [.. captures.Take(1)],
            MatchChoice.Last => [.. captures.TakeLast(1)],
            _ => [.. captures.Distinct()],
        };
        return captures switch
        {
            [] => item.Scored(0, "The pattern does not match."),
            [var one] when accepted.Any(answer => Form.Of(answer) == one) => item.Scored(1, $"\"{Quote(one)}\" is right."),
            [var one] => item.Scored(0, $"\"{Quote(one)}\" is not \"{Quote(accepted[0])}\"."),
            _ => item.Scored(0, $"The pattern finds {captures.Length} different answers."),
        };
    }

    IEnumerable<string> Captures(string text, string group) =>
        _pattern.Matches(text).Take(MostMatches + 1).Select(match => match.Groups[group]).Where(found => found.Success).Select(found => Form.Of(found.Value));

    static Regex Compile(string pattern, bool ignoreCase)
    {
        // No time limit where time is linear: which answers pass it would depend on the machine.
        var options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new(pattern, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new(pattern, options, TimeLimit);
        }
    }
}
