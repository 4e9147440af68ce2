using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules.Choices;

/// <summary>1 where the completion chooses the reference's letter and no other, else 0.</summary>
/// <remarks>For multiple choice: "The answer is (B)", "**B**", "b) Paris", <c>\boxed{B}</c>. Where it names several letters with equal
/// right (a list, two sentences that contradict each other) it scores 0; a sentence on the final answer outweighs those before it.
/// A reference that is not one letter is a fault.</remarks>
public sealed class ChoiceGrader(int choices = 5, AnswerPlacement? place = null, string? field = null) : RuleGrader
{
    readonly AnswerPlacement _place = place ?? new();
    readonly char _last = (char)('A' + choices - 1);

    internal static ChoiceGrader Read(GraderForm form) => new(
        form.Integer("choices", least: 2, most: 26) ?? 5,
        AnswerPlacement.Read(form, AnswerMark.Any, AnswerMark.Boxed, AnswerMark.Hash, AnswerMark.Tag, AnswerMark.Phrase),
        form.Text("field"));

    protected override Grade GradeOne(GradingItem item)
    {
        if (ReferenceAnswers.Of(item, field, out string problem) is not { } accepted)
        {
            return item.Failed("reference", problem);
        }

        var answer = new ChoiceAnswer(_last);
        char[] expected = [.. accepted.Select(one => answer.Of(CleanText.Folded(one), new())).Where(letters => letters.Length == 1).Select(letters => letters[0])];
        if (expected.Length == 0)
        {
            return item.Failed("reference", $"the reference answer \"{Quote(accepted[0])}\" is not one letter from A to {_last}.");
        }

        char[] chosen = answer.Of(CleanText.Folded(item.Completion), _place);
        var answered = new Metric("answered", chosen.Length == 1 ? 1 : 0, MetricType.Metric);
        return chosen switch
        {
            [] => item.Scored(0, "No letter is chosen.", answered),
            [var one] when expected.Contains(one) => item.Scored(1, $"{one} is right.", answered),
            [var one] => item.Scored(0, $"{one} is wrong, {expected[0]} was expected.", answered),
            _ => item.Scored(0, $"Several letters are chosen: {string.Join(", ", chosen)}.", answered),
        };
    }
}
