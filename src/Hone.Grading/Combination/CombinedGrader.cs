using Hone.Grading.Judges;

namespace Hone.Grading.Combination;

/// <summary>A grader made of named parts.</summary>
/// <remarks>Each part's score is kept as a metric of its name (type Reward), its own metrics as <c>name.metric</c>. Where a part has a
/// fault the whole has that fault, naming the part: half a reward would train on noise. The parts are disposed with the whole.</remarks>
public abstract class CombinedGrader : IGrader
{
    readonly (string Name, IGrader Grader, GuardedGrader Guarded)[] _parts;

    /// <exception cref="ArgumentException">There is no part, or two have one name.</exception>
    protected CombinedGrader(IReadOnlyList<(string Name, IGrader Grader)> parts)
    {
        if (parts.Count == 0 || parts.DistinctBy(part => part.Name).Count() < parts.Count)
        {
            throw new ArgumentException("A combination needs one part or more, each with a name of its own.", nameof(parts));
        }

        // A part that throws must not take the scores of the others with it, nor its name.
        _parts = [.. parts.Select(part => (part.Name, part.Grader, new GuardedGrader(part.Grader, part.Name, Timeout.InfiniteTimeSpan)))];
    }

    public bool NeedsWholeGroups => _parts.Any(part => part.Grader.NeedsWholeGroups);

    public IEnumerable<string> Notes => _parts.SelectMany(part => part.Grader.Notes);

    public TimeSpan Patience(int items) => _parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Grader.Patience(items));

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => _parts.SelectMany(part => part.Grader.JudgeDemands(completions));

    public virtual async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = await Task.WhenAll(_parts.Select((_, p) => GradePart(p, items, stop))).ConfigureAwait(false);
        return [.. items.Select((item, i) => Combine(item, [.. grades.Select((ofPart, p) => (p, ofPart[i]))]))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.Grader.DisposeAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Score and reason from the parts' scores, none of which has a fault.</summary>
    protected abstract (double Score, string Reason) Combine(double[] scores, IReadOnlyList<Grade> grades);

    private protected int Count => _parts.Length;

    private protected bool PartNeedsWholeGroups(int part) => _parts[part].Grader.NeedsWholeGroups;

    private protected Task<IReadOnlyList<Grade>> GradePart(int part, IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        _parts[part].Guarded.Grade(items, stop);

    private protected Grade Combine(GradingItem item, IReadOnlyList<(int Part, Grade Grade)> grades, params IReadOnlyList<Metric> own)
    {
        Metric[] metrics = [.. own, .. grades.SelectMany(one => Metrics(_parts[one.Part].Name, one.Grade))];
        foreach (var (part, grade) in grades)
        {
            if (grade.Fault is { } fault)
            {
                string name = _parts[part].Name;
                return item.Failed(fault.Boundary == name ? name : $"{name}/{fault.Boundary}", fault.Message, metrics);
            }
        }

        var (score, reason) = Combine([.. grades.Select(one => one.Grade.Score!.Value)], [.. grades.Select(one => one.Grade)]);
        return item.Scored(score, reason, metrics);
    }

    static IEnumerable<Metric> Metrics(string name, Grade grade)
    {
        var inner = grade.Metrics.Select(metric => metric with { Name = $"{name}.{metric.Name}" });
        return grade.Score is { } score ? inner.Prepend(new(name, score, MetricType.Reward)) : inner;
    }
}
