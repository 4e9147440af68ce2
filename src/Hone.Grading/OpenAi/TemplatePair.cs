namespace Hone.Grading.OpenAi;

/// <summary>The templates <c>input</c> and <c>reference</c> of a grader that compares two texts.</summary>
/// <remarks>A name that the record lacks is a fault: no answer could make it good. A name that the completion lacks (no JSON, no such tool
/// call) is a bad answer: 0. Either is counted by OpenAI's name of the error in a metric, apart from the scores.</remarks>
sealed class TemplatePair(ItemTemplate input, ItemTemplate reference)
{
    // The errors that can happen: what the templates do not ask for cannot be missing.
    readonly bool _parsesSample = input.Paths.Concat(reference.Paths).Any(path => path is { Namespace: "sample", Steps: not ["output_text"] });

    /// <summary>Null where a template has a problem, which is told.</summary>
    public static TemplatePair? Read(GraderForm form)
    {
        var input = ItemTemplate.Read(form, "input", "the text to grade, such as {{ sample.output_text }}");
        var reference = ItemTemplate.Read(form, "reference", "the text to compare with, such as {{ item.reference_answer }}");
        return input is null || reference is null ? null : new(input, reference);
    }

    public bool ReferenceReadsSample => reference.ReadsSample;

    /// <param name="score">Score and reason of the two texts, input first; null for no score, the reason then says why.</param>
    public Grade Grade(GradingItem item, Func<string, string, (double? Score, string Reason, Metric[] Metrics)> score)
    {
        var values = new GraderValues(item);
        string? graded = input.Render(values, out var error);
        string? expected = error is null ? reference.Render(values, out error) : null;
        if (error is not null)
        {
            return error.IsOfCompletion
                ? item.Scored(0, $"{error.Name}: {error.Sentence}", Errors(error.Kind))
                : item.Failed(error.Name, error.Sentence, Errors(error.Kind));
        }

        var (value, reason, metrics) = score(graded!, expected!);
        return value is { } number
            ? item.Scored(number, reason, [.. metrics, .. Errors(null)])
            : item.Failed("other_error", reason, Errors(null));
    }

    Metric[] Errors(TemplateErrorKind? happened) => !_parsesSample ? []
        : [.. Enum.GetValues<TemplateErrorKind>().Select(kind => new Metric(TemplateError.NameOf(kind), kind == happened ? 1 : 0, MetricType.Metric))];
}
