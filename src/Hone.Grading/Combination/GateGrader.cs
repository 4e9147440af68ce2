namespace Hone.Grading.Combination;

/// <summary>score = the grader's where every gate's score reaches the threshold, else <c>otherwise</c>; the grader is asked only for
/// completions that pass.</summary>
/// <remarks>
/// <para>For a costly grader behind a cheap one, such as a judge behind a check of the form. The gates' scores are metrics beside the grader's; <c>passed</c> is
/// 1 where they let it through.</para>
/// <para>A grader that compares the completions of a group sees those of the group that pass, as the whole group.</para>
/// </remarks>
public sealed class GateGrader : CombinedGrader
{
    readonly double _threshold, _otherwise;

    public GateGrader(IReadOnlyList<(string Name, IGrader Grader)> gates, (string Name, IGrader Grader) grader, double threshold = 1, double otherwise = 0)
        : base([.. gates, grader]) => (_threshold, _otherwise) = (threshold, otherwise);

    internal static GateGrader? Read(GraderForm form)
    {
        var gates = form.Graders("gates");
        double threshold = form.Number("threshold") ?? 1, otherwise = form.Number("otherwise") ?? 0;
        if (form.Grader("grader", "scores what passes the gates") is not { } grader || gates is null)
        {
            return null;
        }

        var names = new PartNames();
        return new(
            [.. gates.Select(gate => (names.Unused(gate.Kind), gate.Grader))],
            (names.Unused(form.KindOf("grader")!), grader), threshold, otherwise);
    }

    public override async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        int last = Count - 1;
        var gates = await Task.WhenAll(Enumerable.Range(0, last).Select(gate => GradePart(gate, items, stop))).ConfigureAwait(false);
        bool[] passed = [.. items.Select((_, i) => gates.All(ofGate => ofGate[i].Score >= _threshold))];
        var through = Through(items, passed, last);
        var scored = through.Count == 0 ? [] : await GradePart(last, through, stop).ConfigureAwait(false);
        int next = 0;
        return
        [
            .. items.Select((item, i) => Combine(
                item,
                [.. gates.Select((ofGate, g) => (g, ofGate[i])), .. passed[i] ? [(last, scored[next++])] : Array.Empty<(int, Grade)>()],
                new Metric("passed", passed[i] ? 1 : 0, MetricType.Metric))),
        ];
    }

    protected override (double Score, string Reason) Combine(double[] scores, IReadOnlyList<Grade> grades) => scores.Length == Count
        ? (scores[^1], grades[^1].Reason)
        : (_otherwise, $"Held back by a gate. {grades[Array.FindIndex(scores, score => !(score >= _threshold))].Reason}");

    List<GradingItem> Through(IReadOnlyList<GradingItem> items, bool[] passed, int grader)
    {
        List<GradingItem> through = [.. items.Where((_, i) => passed[i])];
        if (!PartNeedsWholeGroups(grader))
        {
            return through;
        }

        var sizes = through.Where(item => item.Group is not null).CountBy(item => item.Group!).ToDictionary();
        return [.. through.Select(item => item.Group is null ? item : item with { GroupSize = sizes[item.Group] })];
    }
}
