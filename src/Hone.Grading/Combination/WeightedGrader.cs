namespace Hone.Grading.Combination;

/// <summary>One grader of a weighted sum.</summary>
/// <remarks>The name stands before its metrics and in its faults; it occurs once in the sum.</remarks>
public sealed record WeightedPart(string Name, double Weight, IGrader Grader);

/// <summary>score = Σ weight · score of the part. The weights are taken as they are, not scaled to 1.</summary>
/// <remarks>Each part's score is kept as a metric of its name, its own metrics as <c>name.metric</c>. Where a part has a
/// fault the sum has that fault, naming the part: half a reward would train on noise.</remarks>
public sealed class WeightedGrader : CombinedGrader
{
    readonly double[] _weights;

    public WeightedGrader(IReadOnlyList<WeightedPart> parts)
        : base([.. parts.Select(part => (part.Name, part.Grader))]) => _weights = [.. parts.Select(part => part.Weight)];

    internal static WeightedGrader? Read(GraderForm form)
    {
        var names = new PartNames();
        var parts = form.List("parts", "{\"weight\":1,\"grader\":{…}}", part => ReadPart(part, names));
        return parts is null ? null : new(parts);
    }

    protected override (double Score, string Reason) Combine(double[] scores, IReadOnlyList<Grade> grades) =>
        (scores.Select((score, p) => _weights[p] * score).Sum(), string.Join(' ', grades.Select(grade => grade.Reason)));

    static WeightedPart? ReadPart(GraderForm form, PartNames names)
    {
        string? given = form.Text("name");
        if (given is not null && !names.TryAdd(given))
        {
            form.Problem($"{form.Path}.name is \"{given}\", which a part before it has; give each part a name of its own.");
        }

        double weight = Weight(form);
        return form.Grader("grader", "says what the weight applies to") is { } grader
            ? new(given ?? names.Unused(form.KindOf("grader")!), weight, grader)
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
}
