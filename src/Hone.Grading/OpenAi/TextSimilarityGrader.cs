using Hone.Grading.Similarity;

namespace Hone.Grading.OpenAi;

/// <summary>OpenAI's <c>text_similarity</c>: how much input and reference are alike, from 0 to 1.</summary>
/// <remarks>
/// <para><c>evaluation_metric</c>: fuzzy_match, bleu, gleu, meteor, rouge_1 … rouge_5, rouge_l, cosine, as <see cref="SimilarityMetric"/> has
/// them. Cosine is over bags of words; OpenAI's is over embeddings. With a <c>pass_threshold</c> the metric <c>passed</c> is 1 from there on;
/// the score stays what it is, as with OpenAI.</para>
/// <para>When to use it: texts with a known good form that need not be met to the letter.</para>
/// </remarks>
public sealed class TextSimilarityGrader : IGrader
{
    readonly TemplatePair _texts;
    readonly SimilarityMetric _metric;
    readonly double? _passThreshold;

    TextSimilarityGrader(TemplatePair texts, SimilarityMetric metric, double? passThreshold) =>
        (_texts, _metric, _passThreshold) = (texts, metric, passThreshold);

    internal static TextSimilarityGrader? Read(GraderForm form)
    {
        form.Text("name");
        var texts = TemplatePair.Read(form);
        double? threshold = form.Number("pass_threshold", 0, 1);
        var metrics = SimilarityMetric.All.Where(metric => metric.OpenAiName is not null).ToArray();
        if (!form.Has("evaluation_metric"))
        {
            form.Problem($"{form.Path}.evaluation_metric is missing; it needs to be one of {string.Join(", ", metrics.Select(metric => metric.OpenAiName))}.");
            return null;
        }

        string name = form.Choice("evaluation_metric", "fuzzy_match", [.. metrics.Select(metric => (metric.OpenAiName!, ""))]);
        return texts is null ? null : new(texts, metrics.First(metric => metric.OpenAiName == name), threshold);
    }

    public IEnumerable<string> Notes => _metric.OpenAiName == "cosine"
        ? ["text_similarity's cosine compares bags of words here; OpenAI's compares embeddings, so that its scores are others."]
        : [];

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(item => GradeOne(item, stop))]);

    Grade GradeOne(GradingItem item, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return _texts.Grade(item, Compare);
    }

    (double? Score, string Reason, Metric[] Metrics) Compare(string input, string reference)
    {
        if (string.IsNullOrWhiteSpace(reference) && !_texts.ReferenceReadsSample)
        {
            return (null, "the reference is empty, and nothing is like that.", []);
        }

        // Two empty texts are equal, but an answer that leaves both empty has said nothing.
        double score = string.IsNullOrWhiteSpace(reference) ? 0 : _metric.Of(input, reference);
        Metric[] passed = _passThreshold is { } threshold ? [new("passed", score >= threshold ? 1 : 0, MetricType.Metric)] : [];
        return (score, $"{_metric.OpenAiName}: {score:0.###}.", passed);
    }
}
