using System.Text.RegularExpressions;
using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Numbers;

namespace Hone.Grading.Rules.Mathematics;

/// <summary>The formulas that a text gives as its answer.</summary>
static class MathAnswer
{
    static readonly Regex _inline = new(@"\$\$?([^$]+)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\]", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    static readonly Regex _prose = new(@"(?:^|[^\\A-Za-z])[A-Za-z]{2}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Empty, with the reason as a clause, where there is none.</summary>
    /// <remarks>Without a mark: the only formula between dollars on the last line that has one, else the last line where it is
    /// a formula, else the last number.</remarks>
    public static IReadOnlyList<string> Of(string text, AnswerPlacement place, out string reason)
    {
        var marked = MarkedAnswers.Find(text, place, out reason);
        if (marked.Count > 0 || place.Mark != AnswerMark.Any)
        {
            return [.. marked.Where(content => !string.IsNullOrWhiteSpace(content))];
        }

        string rest = MarkedAnswers.Unmarked(text, place.Tag);
        string last = rest.Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "";
        string[] inline = [.. _inline.Matches(last.Length <= 4 * MathParser.LongestText ? last : "").Select(match => match.Groups.Cast<Group>().Skip(1).First(group => group.Success).Value.Trim()).Distinct()];
        if (inline.Length > 0)
        {
            reason = inline.Length == 1 ? "" : "the last line has several formulas, none of which is marked";
            return inline.Length == 1 ? inline : [];
        }

        if (!_prose.IsMatch(last) && MathParser.Parse(LatexText.Of(Short(last)), thousands: true) is not null)
        {
            return [last.Trim()];
        }

        var number = new NumberAnswer('.').Of(rest, new(AnswerMark.Last), out reason);
        return number is [{ Value: { } value }, ..] ? [value.ToString()] : [];
    }

    static string Short(string line) => line.Length <= MathParser.LongestText ? line : "";
}
