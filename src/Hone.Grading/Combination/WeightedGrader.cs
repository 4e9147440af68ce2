namespace Hone.Grading.Combination;

/// <summary>One grader of a weighted sum.</summary>
/// <remarks>The name stands before its metrics and in its faults; it occurs once in the sum.</remarks>
public sealed record WeightedPart(string Name, double Weight, IGrader Grader);

/// <summary>score = Σ weight · score of the part. The weights are taken as they are, not scaled to 1.</summary>
/// <remarks>Each part's score is kept as a metric of its name, its own metrics as <c>name.metric</c>. Where a part has a
/// fault the sum has that fault, naming the part: half a reward would train on noise.</remarks>
public sealed class WeightedGrader : IGrader
{
    readonly (WeightedPart Part, GuardedGrader Guarded)[] _parts;

    public WeightedGrader(IReadOnlyList<WeightedPart> parts)
    {
        if (parts.Count == 0 || parts.DistinctBy(part => part.Name).Count() < parts.Count)
        {
            throw new ArgumentException("A weighted grader needs one part or more, each with a name of its own.", nameof(parts));
        }

        // A part that throws must not take the scores of the others with it, nor its name.
        _parts = [.. parts.Select(part => (part, new GuardedGrader(part.Grader, part.Name, Timeout.InfiniteTimeSpan)))];
    }

    internal static WeightedGrader? Read(GraderForm form)
    {
        var names = new HashSet<string>();
        var parts = form.List("parts", "{\"weight\":1,\"grader\":{…}}", part => ReadPart(part, names));
        return parts is null ? null : new(parts);
    }

    public bool NeedsWholeGroups => _parts.Any(part => part.Part.Grader.NeedsWholeGroups);

    public IEnumerable<string> Notes => _parts.SelectMany(part => part.Part.Grader.Notes);

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = await Task.WhenAll(_parts.Select(part => part.Guarded.Grade(items, stop))).ConfigureAwait(false);
        return [.. items.Select((item, i) => Sum(item, [.. grades.Select(ofPart => ofPart[i])]))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (part, _) in _parts)
        {
            await part.Grader.DisposeAsync().ConfigureAwait(false);
        }
    }

    Grade Sum(GradingItem item, Grade[] grades)
    {
        double sum = 0;
        var metrics = new List<Metric>();
        for (int p = 0; p < grades.Length; p++)
        {
            var part = _parts[p].Part;
            if (grades[p].Score is { } score)
            {
                sum += part.Weight * score;
                metrics.Add(new(part.Name, score, MetricType.Reward));
            }

            metrics.AddRange(grades[p].Metrics.Select(metric => metric with { Name = $"{part.Name}.{metric.Name}" }));
        }

        int failed = Array.FindIndex(grades, grade => grade.Fault is not null);
        return failed < 0
            ? item.Scored(sum, string.Join(' ', grades.Select(grade => grade.Reason)), metrics)
            : item.Failed(Boundary(_parts[failed].Part.Name, grades[failed].Fault!), grades[failed].Fault!.Message, metrics);
    }

    static string Boundary(string part, Fault fault) => fault.Boundary == part ? part : $"{part}/{fault.Boundary}";

    static WeightedPart? ReadPart(GraderForm form, HashSet<string> names)
    {
        string? given = form.Text("name");
        if (given is not null && !names.Add(given))
        {
            form.Problem($"{form.Path}.name is \"{given}\", which a part before it has; give each part a name of its own.");
        }

        double weight = Weight(form);
        return form.Grader("grader", "says what the weight applies to") is { } grader
            ? new(given ?? Unused(form.KindOf("grader")!, names), weight, grader)
            : null;
    }

    static double Weight(GraderForm form)
    {
        if (!form.Has("weight"))
        {
            form.Problem($"{form.Path}.weight is missing; it needs to be a number such as 1.");
            return 0;
        }

        double? weight = form.Number("weight");
        if (weight == 0)
        {
            form.Problem($"{form.Path}.weight is 0, but needs to be a number other than 0.");
        }

        return weight ?? 0;
    }

    static string Unused(string kind, HashSet<string> names)
    {
        string name = kind;
        for (int n = 2; !names.Add(name); n++)
        {
            name = $"{kind}{n}";
        }

        return name;
    }
}
