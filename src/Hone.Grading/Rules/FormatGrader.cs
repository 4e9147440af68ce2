using System.Text.RegularExpressions;

namespace Hone.Grading.Rules;

/// <summary>1 where a completion has the wanted form, else 0.</summary>
/// <remarks>The form is a regular expression that must match somewhere, or, without one, that the completion ends with a
/// line <c>#### number</c>. Where it must also have ended, a completion that was cut off because its tokens ran out scores 0.
/// Patterns run in linear time where .NET can; the others (look-around, back-references) get <see cref="TimeLimit"/> per
/// completion, and past it the grade is a fault.</remarks>
public sealed class FormatGrader : IGrader
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(500);

    readonly Regex? _pattern;
    readonly bool _ended;

    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public FormatGrader(string? pattern = null, bool ended = false)
    {
        _pattern = pattern is null ? null : Compile(pattern);
        _ended = ended;
    }

    internal static FormatGrader? Read(GraderForm form)
    {
        string? pattern = form.Text("pattern");
        bool ended = form.Flag("ended");
        try
        {
            return new(pattern, ended);
        }
        catch (ArgumentException e)
        {
            form.Problem($"{form.Path}.pattern is \"{pattern}\", which is not a regular expression: {e.Message.TrimEnd('.')}.");
            return null;
        }
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        try
        {
            return _ended && item.Truncated ? item.Scored(0, "It was cut off: its tokens ran out.")
                : _pattern is null ? GradeClosingLine(item)
                : _pattern.IsMatch(item.Completion) ? item.Scored(1, "The pattern matches.")
                : item.Scored(0, "The pattern does not match.");
        }
        catch (RegexMatchTimeoutException)
        {
            return item.Failed(
                "format", $"the pattern took longer than {TimeLimit.TotalMilliseconds} ms; write it without nested repetition.");
        }
    }

    static Grade GradeClosingLine(GradingItem item) =>
        FinalAnswer.Strict(item.Completion, out string reason) is null ? item.Scored(0, $"Form: {reason}.")
            : FinalAnswer.Closes(item.Completion) ? item.Scored(1, "It ends with #### and a number.")
            : item.Scored(0, "Form: text follows the line with ####.");

    static Regex Compile(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (NotSupportedException)
        {
            return new(pattern, RegexOptions.CultureInvariant, TimeLimit);
        }
    }
}
