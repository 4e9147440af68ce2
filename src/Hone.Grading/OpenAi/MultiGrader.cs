using Hone.Grading.Judges;

namespace Hone.Grading.OpenAi;

/// <summary>OpenAI's <c>multi</c>: a formula over the scores of other graders.</summary>
/// <remarks>
/// <para>When to use it: jobs that come from OpenAI, and rewards that a weighted sum cannot say, such as <c>format * max(exact, 0.5 * close)</c>.
/// <c>graders</c> holds them by name (or in a list, by their <c>name</c>); any kind of grader may stand there.</para>
/// <para>Each part's score is a metric of its name, its own metrics <c>name.metric</c>. A part without a score is the fault of the whole. A part
/// that found nothing in the completion to grade (<c>sample_parse_error</c>, <c>invalid_variable_error</c>) counts 0 or 1, whichever
/// makes the result lower: in <c>1 - forbidden</c> an answer that cannot be read must not earn the 1. A result that is no number is a
/// fault.</para>
/// </remarks>
public sealed class MultiGrader : IGrader
{
    readonly (string Name, IGrader Grader, GuardedGrader Guarded)[] _parts;
    readonly Formula _formula;

    MultiGrader(IReadOnlyList<(string Name, IGrader Grader)> parts, Formula formula)
    {
        _parts = [.. parts.Select(part => (part.Name, part.Grader, new GuardedGrader(part.Grader, part.Name, Timeout.InfiniteTimeSpan)))];
        _formula = formula;
    }

    internal static MultiGrader? Read(GraderForm form)
    {
        form.Text("name");
        string text = form.RequiredText("calculate_output", "a formula over the graders' names, such as 0.5 * exact + 0.5 * close");
        if (MultiForm.Parts(form) is not { } named || text.Length == 0)
        {
            return null;
        }

        var formula = Formula.Read(text, [.. named.Select(part => part.Name)], out string problem);
        if (formula is null)
        {
            form.Problem($"{form.Path}.calculate_output is \"{text}\", which {problem}.");
        }

        (string Name, IGrader Grader)[] parts = [.. named.Where(part => part.Grader is not null).Select(part => (part.Name, part.Grader!))];
        return formula is null || parts.Length < named.Count ? null : new(parts, formula);
    }

    public bool NeedsWholeGroups => _parts.Any(part => part.Grader.NeedsWholeGroups);

    public IEnumerable<string> Notes =>
    [
        .. _parts.SelectMany(part => part.Grader.Notes),
        .. _parts.Where(part => !_formula.Names.Contains(part.Name))
            .Select(part => $"The grader {part.Name} is not in the formula of its multi grader: its score is only watched."),
    ];

    public TimeSpan Patience(int items) => _parts.Max(part => part.Grader.Patience(items));

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => _parts.SelectMany(part => part.Grader.JudgeDemands(completions));

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = await Task.WhenAll(_parts.Select(part => part.Guarded.Grade(items, stop))).ConfigureAwait(false);
        return [.. items.Select((item, i) => Combine(item, [.. grades.Select(ofPart => ofPart[i])]))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, grader, _) in _parts)
        {
            await grader.DisposeAsync().ConfigureAwait(false);
        }
    }

    Grade Combine(GradingItem item, Grade[] grades)
    {
        var metrics = new List<Metric>();
        for (int p = 0; p < grades.Length; p++)
        {
            if (grades[p].Score is { } score)
            {
                metrics.Add(new(_parts[p].Name, score, MetricType.Reward));
            }

            metrics.AddRange(grades[p].Metrics.Select(metric => metric with { Name = $"{_parts[p].Name}.{metric.Name}" }));
        }

        int failed = Array.FindIndex(grades, grade => grade.Fault is not null);
        if (failed >= 0)
        {
            var fault = grades[failed].Fault!;
            return item.Failed(fault.Boundary == _parts[failed].Name ? fault.Boundary : $"{_parts[failed].Name}/{fault.Boundary}", fault.Message, metrics);
        }

        double result = Lowest(grades);
        string scores = string.Join(", ", grades.Select((grade, p) => $"{_parts[p].Name} {grade.Score:0.###}"));
        return double.IsFinite(result)
            ? item.Scored(result, $"{scores}. {string.Join(' ', grades.Select(grade => grade.Reason))}", metrics)
            : item.Failed("other_error", $"the formula has no value for {scores}; its divisors, roots and logarithms need to be above 0.", metrics);
    }

    /// <summary>The lowest result with each part that found nothing at 0 or at 1: one after the other, from all at 0.</summary>
    double Lowest(Grade[] grades)
    {
        var values = grades.Select((grade, p) => (_parts[p].Name, grade.Score!.Value)).ToDictionary(pair => pair.Name, pair => pair.Value);
        double lowest = _formula.Of(values);
        for (int p = 0; p < grades.Length; p++)
        {
            if (!FoundNothing(grades[p]))
            {
                continue;
            }

            values[_parts[p].Name] = 1;
            double other = _formula.Of(values);
            (lowest, values[_parts[p].Name]) = other < lowest ? (other, 1) : (lowest, 0);
        }

        return lowest;
    }

    static bool FoundNothing(Grade grade) =>
        grade.Score == 0 && grade.Metrics.Any(metric => metric.Value == 1 && metric.Name is "sample_parse_error" or "invalid_variable_error");
}
