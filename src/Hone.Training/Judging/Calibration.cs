using System.Globalization;
using Hone.Grading;
using Hone.Training.Statistics;

namespace Hone.Training.Judging;

/// <summary>How far a grader agrees with people on answers that they have rated.</summary>
/// <param name="Categories">The ratings that occur, in order, or "below" and "at or above" a threshold.</param>
/// <param name="Table">Table[p][g]: answers that people put into p and the grader into g, the rating nearest to its score.</param>
/// <param name="Difference">Mean of score − rating. NaN on both sides where one answer is no sample.</param>
/// <param name="Faults">Answers that the grader did not score; they are in nothing else.</param>
/// <param name="Apart">The answers that grader and people see most differently, the farthest first.</param>
public sealed record Calibration(
    IReadOnlyList<string> Categories, IReadOnlyList<IReadOnlyList<int>> Table, CohenKappa Kappa, Difference Difference,
    IReadOnlyList<Fault> Faults, IReadOnlyList<(LabelledAnswer Answer, Grade Grade)> Apart)
{
    /// <summary>Agreement beyond chance from which a judge may train: what people reach among themselves.</summary>
    public const double Target = 0.6;

    /// <summary>Ratings that are categories of their own at most; more are a scale, which needs a threshold.</summary>
    public const int MostCategories = 10;

    const int MostApart = 5;

    public bool IsGood => Kappa.Kappa >= Target;

    /// <param name="threshold">Two categories: below it, and from it on. Null: each rating is one.</param>
    /// <exception cref="ArgumentException">More ratings than <see cref="MostCategories"/> and no threshold, or no score at all.</exception>
    public static Calibration Of(IReadOnlyList<(LabelledAnswer Answer, Grade Grade)> graded, double? threshold)
    {
        var scored = graded.Where(pair => pair.Grade.Score is not null).ToArray();
        double[] labels = [.. graded.Select(pair => pair.Answer.Label).Distinct().Order()];
        if (scored.Length == 0)
        {
            throw new ArgumentException($"the grader scored none of {graded.Count} answers. The first fault: {graded[0].Grade.Fault}");
        }

        if (threshold is null && labels.Length > MostCategories)
        {
            throw new ArgumentException($"{labels.Length} different labels are a scale, not categories; say with --threshold from which number on an answer is good.");
        }

        Func<double, int> category = threshold is { } least ? value => value >= least ? 1 : 0 : value => Nearest(labels, value);
        string[] names = threshold is { } bound ? [$"below {Text(bound)}", $"{Text(bound)} and above"] : [.. labels.Select(Text)];
        int[][] table = [.. names.Select(_ => new int[names.Length])];
        foreach (var (answer, grade) in scored)
        {
            table[category(answer.Label)][category(grade.Score!.Value)]++;
        }

        return new(
            names, table, CohenKappa.Of(table),
            Difference.Paired([.. scored.Select(pair => pair.Answer.Label)], [.. scored.Select(pair => pair.Grade.Score!.Value)]),
            [.. graded.Select(pair => pair.Grade.Fault).OfType<Fault>()],
            [.. scored.Where(pair => category(pair.Answer.Label) != category(pair.Grade.Score!.Value)).OrderByDescending(Distance).Take(MostApart)]);
    }

    static double Distance((LabelledAnswer Answer, Grade Grade) pair) => Math.Abs(pair.Grade.Score!.Value - pair.Answer.Label);

    // The lower of two that are as near.
    static int Nearest(double[] labels, double value)
    {
        int nearest = 0;
        for (int i = 1; i < labels.Length; i++)
        {
            nearest = Math.Abs(labels[i] - value) < Math.Abs(labels[nearest] - value) ? i : nearest;
        }

        return nearest;
    }

    static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
