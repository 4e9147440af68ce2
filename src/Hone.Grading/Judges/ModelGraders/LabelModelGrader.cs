namespace Hone.Grading.Judges.ModelGraders;

/// <summary>OpenAI's <c>label_model</c>: 1 where the label that a model gives is one of <c>passing_labels</c>, else 0.</summary>
/// <remarks>For a judgement with names, such as "compliant" and "violates". The label is in the reason.</remarks>
public sealed class LabelModelGrader : IGrader
{
    readonly ModelQuestion _question;
    readonly IReadOnlyList<string> _passing;

    LabelModelGrader(ModelQuestion question, IReadOnlyList<string> passing) => (_question, _passing) = (question, passing);

    internal static LabelModelGrader? Read(GraderForm form)
    {
        var labels = Labels(form, "labels", "two labels or more, such as [\"good\",\"bad\"]");
        var passing = Labels(form, "passing_labels", "the labels that are worth 1, such as [\"good\"]");
        if (labels.Count == 1 || labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() < labels.Count)
        {
            form.Problem($"{form.Path}.labels is {form.Show("labels")}, but needs to be two different labels or more.");
        }

        foreach (string unknown in labels.Count > 0 ? passing.Except(labels) : [])
        {
            form.Problem($"{form.Path}.passing_labels has \"{unknown}\", which is none of {form.Path}.labels.");
        }

        var answer = new AnswerForm([new("label", labels.Count > 0 ? labels : [""])], Reasons: true);
        return ModelQuestion.Read(form, answer, worst: 0) is { } question ? new(question, passing) : null;
    }

    public IEnumerable<string> Notes => _question.Notes;

    public TimeSpan Patience(int items) => _question.Patience;

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => [_question.Demand(completions)];

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => _question.Grade(items, Score, stop);

    public ValueTask DisposeAsync() => _question.DisposeAsync();

    (double Score, string Words, Metric[] Metrics) Score(Verdict verdict) =>
        (_passing.Contains(verdict.Choice!) ? 1 : 0, $"The model's label is {verdict.Choice}.", []);

    static IReadOnlyList<string> Labels(GraderForm form, string key, string such)
    {
        if (form.Has(key))
        {
            return form.Texts(key) ?? [];
        }

        form.Problem($"{form.Path}.{key} is missing; it needs to be {such}.");
        return [];
    }
}
