using Hone.Grading;

namespace Hone.Jobs.Checks;

/// <summary>Looks for a part of the reward whose sign is wrong: one that prefers right answers and is counted against them, or the other way round.</summary>
/// <remarks>Whether a part counts for or against an answer shows in pairs of answers whose other parts are equal: there the whole moves with the part
/// or against it. Parts are the metrics of type Reward that a combination gives by name.</remarks>
static class ComponentFindings
{
    /// <param name="pairs">A right and a wrong answer to the same prompt, in the same form.</param>
    public static IEnumerable<CheckFinding> Of(IEnumerable<Grade[]> pairs)
    {
        (Grade Right, Grade Wrong)[] graded = [.. pairs.Where(pair => pair.All(grade => grade.Score is not null)).Select(pair => (pair[0], pair[1]))];
        (double Score, Dictionary<string, double> Parts)[] all = [.. graded.SelectMany(pair => new[] { pair.Right, pair.Wrong }).Select(grade => (grade.Score!.Value, Parts(grade)))];
        if (all.Length == 0)
        {
            yield break;
        }

        string[] names = [.. all[0].Parts.Keys];
        if (names.Length < 2 || all.Any(one => one.Parts.Count != names.Length || !names.All(one.Parts.ContainsKey)))
        {
            yield break;
        }

        foreach (string name in names)
        {
            double prefers = graded.Average(pair => Parts(pair.Right)[name] - Parts(pair.Wrong)[name]);
            int counts = Direction(all, names, name);
            if (Math.Abs(prefers) > 0.1 && counts * prefers < 0)
            {
                yield return new(CheckSeverity.Warning, $"sign: {name}",
                    prefers > 0
                        ? $"The part {name} of the reward scores right answers higher than wrong ones (by {prefers:0.###}), but is counted against them."
                        : $"The part {name} of the reward scores wrong answers higher than right ones (by {-prefers:0.###}), and is counted in their favour.",
                    "Look for a weight or a comparison with the wrong sign.");
            }
        }
    }

    // 1: the whole rises with the part; -1: it falls; 0: it cannot be told.
    static int Direction(IReadOnlyList<(double Score, Dictionary<string, double> Parts)> all, string[] names, string name)
    {
        string[] others = [.. names.Where(other => other != name)];
        int with = 0, against = 0;
        foreach (var alike in all.GroupBy(one => string.Join(' ', others.Select(other => one.Parts[other].ToString("R")))))
        {
            var low = alike.MinBy(one => one.Parts[name]);
            var high = alike.MaxBy(one => one.Parts[name]);
            double moved = high.Parts[name] > low.Parts[name] ? high.Score - low.Score : 0;
            with += moved > 1e-9 ? 1 : 0;
            against += moved < -1e-9 ? 1 : 0;
        }

        return Math.Sign(with - against);
    }

    // Of a part's own parts the part speaks.
    static Dictionary<string, double> Parts(Grade grade) => grade.Metrics
        .Where(metric => metric.Type == MetricType.Reward && !metric.Name.Contains('.', StringComparison.Ordinal))
        .DistinctBy(metric => metric.Name).ToDictionary(metric => metric.Name, metric => metric.Value);
}
