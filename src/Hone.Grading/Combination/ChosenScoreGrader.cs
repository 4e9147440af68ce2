namespace Hone.Grading.Combination;

/// <summary>How scores become one.</summary>
public enum ScoreChoice
{
    /// <summary>The best part counts: several ways to be right.</summary>
    Max,

    /// <summary>The worst part counts: all must be good.</summary>
    Min,

    /// <summary>score = Π score of the part: as Min, but each part still pulls. For scores from 0 to 1.</summary>
    Product,
}

/// <summary>The largest, the smallest or the product of the parts' scores.</summary>
public sealed class ChosenScoreGrader(IReadOnlyList<(string Name, IGrader Grader)> parts, ScoreChoice choice) : CombinedGrader(parts)
{
    internal static ChosenScoreGrader? ReadMax(GraderForm form) => Read(form, ScoreChoice.Max);

    internal static ChosenScoreGrader? ReadMin(GraderForm form) => Read(form, ScoreChoice.Min);

    internal static ChosenScoreGrader? ReadProduct(GraderForm form) => Read(form, ScoreChoice.Product);

    static ChosenScoreGrader? Read(GraderForm form, ScoreChoice choice)
    {
        var names = new PartNames();
        return form.Graders("graders") is { } graders
            ? new([.. graders.Select(one => (names.Unused(one.Kind), one.Grader))], choice)
            : null;
    }

    protected override (double Score, string Reason) Combine(double[] scores, IReadOnlyList<Grade> grades)
    {
        if (choice == ScoreChoice.Product)
        {
            return (scores.Aggregate((product, score) => product * score), string.Join(' ', grades.Select(grade => grade.Reason)));
        }

        double score = choice == ScoreChoice.Max ? scores.Max() : scores.Min();
        return (score, grades[Array.IndexOf(scores, score)].Reason);
    }
}
