using Hone.Grading.Rules.Answers;
using Hone.Grading.Rules.Texts;

namespace Hone.Grading.Rules;

/// <summary>1 where the completion, or the answer that it marks, is the reference answer or one of a list of them, else 0.</summary>
/// <remarks>For labels and short answers with one right wording. By default white space at the ends and between words, Unicode's
/// variants of one character and characters that show nothing make no difference; case and punctuation do. Of an answer marked in
/// several parts each must be accepted.</remarks>
public sealed class ExactGrader(TextForm form, AnswerPlacement place, string? field = null) : RuleGrader
{
    internal static ExactGrader Read(GraderForm form) => new(
        TextForm.Read(form),
        AnswerPlacement.Read(form, AnswerMark.Whole, AnswerMark.Any, AnswerMark.Boxed, AnswerMark.Hash, AnswerMark.Tag, AnswerMark.Phrase),
        form.Text("field"));

    protected override Grade GradeOne(GradingItem item)
    {
        if (ReferenceAnswers.Of(item, field, out string problem) is not { } accepted)
        {
            return item.Failed("reference", problem);
        }

        var answers = place.Mark == AnswerMark.Whole ? [item.Completion] : MarkedAnswers.Find(item.Completion, place, out problem);
        var forms = accepted.Select(form.Of).ToHashSet(StringComparer.Ordinal);
        return answers.Count == 0 ? item.Scored(0, $"No answer: {problem}.")
            : answers.FirstOrDefault(answer => !forms.Contains(form.Of(answer))) is { } other
                ? item.Scored(0, $"\"{Quote(other)}\" is not \"{Quote(accepted[0])}\"{(accepted.Count > 1 ? " nor another accepted answer" : "")}.")
            : item.Scored(1, $"\"{Quote(answers[0])}\" is right.");
    }
}
