namespace Hone.Grading.Rules;

/// <summary>Where a completion's answer is looked for.</summary>
public enum AnswerPlace
{
    /// <summary>After the last <c>####</c>; without one there is no answer.</summary>
    Strict,

    /// <summary>The last number of the text.</summary>
    Flexible,
}

/// <summary>1 where the completion's final number equals the reference's, else 0; the conventions of GSM8K.</summary>
/// <remarks>Numbers are compared by value at any length: commas between thousands, currency signs, a plus or minus (also
/// the Unicode ones), trailing zeros, percent signs, units, a closing full stop and full-width digits make no
/// difference. After <c>####</c> exactly one number may stand. A reference without a number is a fault.</remarks>
public sealed class FinalNumberGrader(AnswerPlace place = AnswerPlace.Strict) : IGrader
{
    internal static FinalNumberGrader Read(GraderForm form)
    {
        string mode = form.Choice("mode", "strict", ("strict", "the number after ####"), ("flexible", "the last number"));
        return new(mode == "flexible" ? AnswerPlace.Flexible : AnswerPlace.Strict);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        if (ReadReference(item.Reference, out string problem) is not { } expected)
        {
            return item.Failed("reference", problem);
        }

        string? answer = place == AnswerPlace.Strict
            ? FinalAnswer.Strict(item.Completion, out string reason)
            : FinalAnswer.Flexible(item.Completion, out reason);
        var answered = new Metric("answered", answer is null ? 0 : 1, MetricType.Metric);
        return answer is null ? item.Scored(0, $"No answer: {reason}.", answered)
            : answer == expected ? item.Scored(1, $"{Shorten(answer)} is right.", answered)
            : item.Scored(0, $"{Shorten(answer)} is wrong, {Shorten(expected)} was expected.", answered);
    }

    static string? ReadReference(string? reference, out string problem)
    {
        if (string.IsNullOrWhiteSpace(reference))
        {
            problem = "the record has no reference answer; final-number grading needs one with a number.";
            return null;
        }

        string? number = FinalAnswer.HasMark(reference)
            ? FinalAnswer.Strict(reference, out string reason)
            : FinalAnswer.Flexible(reference, out reason);
        problem = $"the reference answer \"{Shorten(reference)}\" gives no number: {reason}.";
        return number;
    }

    static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
