using System.Text.RegularExpressions;
using Hone.Grading.Rules.Answers;

namespace Hone.Grading.Rules.Numbers;

/// <summary>The number that a text gives as its answer.</summary>
readonly record struct NumberAnswer(char Point)
{
    // What stands between the members of a list: 16, 17 or 18.
    static readonly Regex _joint = new(
        @"^[\s,;/|&~*_`()\[\]{}$-]*(?:\b(?:or|and|and/or|oder|und|ou|o|y|et|e|to)\b)?[\s,;/|&~*_`()\[\]{}$-]*$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The parts of the answer, each one readable number. Null, with the reason as a clause, where there is none or one
    /// says several numbers.</summary>
    public FoundNumber[]? Of(string text, AnswerPlacement place, out string reason)
    {
        var marked = MarkedAnswers.Find(text, place, out reason);
        if (marked.Count == 0)
        {
            return place.Mark is AnswerMark.Any or AnswerMark.Last ? Last(NumberText.Plain(MarkedAnswers.Unmarked(text, place.Tag)), out reason) : null;
        }

        var numbers = new List<FoundNumber>();
        foreach (string content in marked)
        {
            if (Single(NumberText.Plain(content), out reason) is not { } number)
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    // "16 + 2 = 18 eggs": one number behind the last sign of equality.
    FoundNumber? Single(string text, out string reason)
    {
        string side = text[(text.LastIndexOf('=') + 1)..];
        FoundNumber[] all = [.. FoundNumber.In(side, Point).Take(100)];
        reason = text.StartsWith("not ", StringComparison.OrdinalIgnoreCase) ? "it says what the answer is not"
            : all.Length == 0 ? $"\"{RuleGrader.Quote(text)}\" has no number"
            : all.Any(one => one.Value is null) ? $"\"{RuleGrader.Quote(text)}\" cannot be read as one number"
            : all.DistinctBy(one => one.Full).Count() > 1 ? $"\"{RuleGrader.Quote(text)}\" has several numbers"
            : "";
        return reason.Length == 0 ? all[0] : null;
    }

    FoundNumber[]? Last(string text, out string reason)
    {
        FoundNumber? before = null, last = null;
        foreach (var number in FoundNumber.In(text, Point))
        {
            (before, last) = (last, number);
        }

        bool isList = last is { } end && before is { } other && other.Full != end.Full && _joint.IsMatch(text[other.End..end.Start]);
        reason = last is null ? "there is no number" : isList ? "the text ends with a list of numbers" : last.Value.Value is null ? "the last number cannot be read" : "";
        return reason.Length == 0 ? [last!.Value] : null;
    }
}
