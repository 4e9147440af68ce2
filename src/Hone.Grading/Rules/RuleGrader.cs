namespace Hone.Grading.Rules;

/// <summary>A grader that looks at one completion at a time and needs nothing but its text: the same item, the same grade.</summary>
public abstract class RuleGrader : IGrader
{
    /// <summary>What to tell where a record has no reference answer, after a grader's own words.</summary>
    internal const string NoReference = "the record has no reference answer";

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = new Grade[items.Count];
        for (int i = 0; i < grades.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            grades[i] = GradeOne(items[i]);
        }

        return Task.FromResult<IReadOnlyList<Grade>>(grades);
    }

    protected abstract Grade GradeOne(GradingItem item);

    /// <summary>A text as a reason quotes it: short, on one line.</summary>
    internal static string Quote(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : $"{line[..60]}…";
    }
}
