using System.Text.Json;

namespace Hone.Grading.Judges.ModelGraders;

/// <summary>OpenAI's <c>score_model</c>: score = the number within <c>range</c> (default 0 to 1) that a model gives.</summary>
/// <remarks>With <c>pass_threshold</c> the metric <c>passed</c> says whether the score reaches it; the score stays what it is. For what a rubric of
/// named criteria does not fit; where it does, <see cref="JudgeGrader"/> is steadier.</remarks>
public sealed class ScoreModelGrader : IGrader
{
    readonly ModelQuestion _question;
    readonly double? _threshold;

    ScoreModelGrader(ModelQuestion question, double? threshold) => (_question, _threshold) = (question, threshold);

    internal static ScoreModelGrader? Read(GraderForm form)
    {
        var (low, high) = Range(form);
        double? threshold = form.Number("pass_threshold", low, high);
        return ModelQuestion.Read(form, new([new("score", null, low, high)], Reasons: true), low) is { } question ? new(question, threshold) : null;
    }

    public IEnumerable<string> Notes => _question.Notes;

    public TimeSpan Patience(int items) => _question.Patience;

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => [_question.Demand(completions)];

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => _question.Grade(items, Score, stop);

    public ValueTask DisposeAsync() => _question.DisposeAsync();

    (double Score, string Words, Metric[] Metrics) Score(Verdict verdict) => (
        verdict.Value,
        $"The model gives {verdict.Value:0.####}.",
        _threshold is { } least ? [new("passed", verdict.Value >= least ? 1 : 0, MetricType.Metric)] : []);

    static (double Low, double High) Range(GraderForm form)
    {
        if (form.Any("range") is not { } range)
        {
            return (0, 1);
        }

        double[] bounds = range.ValueKind == JsonValueKind.Array
            ? [.. range.EnumerateArray().Select(bound => bound.ValueKind == JsonValueKind.Number ? bound.GetDouble() : double.NaN)]
            : [];
        if (bounds is [var low, var high] && low < high && double.IsFinite(high - low))
        {
            return (low, high);
        }

        form.Problem($"{form.Path}.range is {form.Show("range")}, but needs to be two numbers, the lower first, such as [0, 1].");
        return (0, 1);
    }
}
