using System.Text.Json;

namespace Hone.Grading.Similarity;

/// <summary>score = how much the completion is like the reference answer by one measure, from 0 to 1.</summary>
/// <remarks>
/// <para>When to use it: texts with a known good form, such as summaries, translations, transcripts, where being nearly right is worth
/// something. All measures reward shared wording, not truth: <c>not</c> weighs as much as <c>the</c>.</para>
/// <para><c>metric</c>: levenshtein (case, spacing and closing punctuation make no difference), fuzzy, bleu, gleu, meteor, rouge1 … rouge5, rougeL
/// (both F), cosine. Several reference answers in a list: the best counts. A record without one is a fault.</para>
/// </remarks>
public sealed class SimilarityGrader : IGrader
{
    readonly SimilarityMetric _metric;

    SimilarityGrader(SimilarityMetric metric) => _metric = metric;

    internal static SimilarityGrader? Read(GraderForm form)
    {
        var choices = SimilarityMetric.All.Select(metric => (metric.Name, metric.Meaning)).ToArray();
        if (!form.Has("metric"))
        {
            form.Problem($"{form.Path}.metric is missing; it needs to be one of {string.Join(", ", choices.Select(choice => choice.Name))}.");
            return null;
        }

        string name = form.Choice("metric", choices[0].Name, choices);
        return new(SimilarityMetric.All.First(metric => metric.Name == name));
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = new List<Grade>(items.Count);
        foreach (var item in items)
        {
            stop.ThrowIfCancellationRequested();
            grades.Add(GradeOne(item));
        }

        return Task.FromResult<IReadOnlyList<Grade>>(grades);
    }

    Grade GradeOne(GradingItem item)
    {
        string[] references = [.. References(item).Where(reference => !string.IsNullOrWhiteSpace(reference))];
        if (references.Length == 0)
        {
            return item.Failed("reference", "the record has no reference answer, which is the text to compare with.");
        }

        double score = references.Max(reference => _metric.Of(item.Completion, reference));
        return item.Scored(score, $"{_metric.Name}: {score:0.###}.");
    }

    static IEnumerable<string> References(GradingItem item) =>
        item.Metadata.TryGetValue("reference_answer", out var written) && written.ValueKind == JsonValueKind.Array
            && written.EnumerateArray().All(answer => answer.ValueKind == JsonValueKind.String)
        ? written.EnumerateArray().Select(answer => answer.GetString()!)
        : [item.Reference ?? ""];
}
