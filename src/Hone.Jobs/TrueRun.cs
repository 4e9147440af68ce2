namespace Hone.Jobs;

/// <summary>Finds the run that a control run is to be held against: the same job and seed, with the reward in place of the coin, in the same folder.</summary>
static class TrueRun
{
    /// <summary>The newest such run that has a verdict, or null.</summary>
    public static (string Path, Verdict Verdict)? Of(RunReader control)
    {
        string job = Identity(control.Settings with { Control = false });
        string? folder = Path.GetDirectoryName(Path.GetFullPath(control.Path));
        foreach (var run in folder is null ? [] : Runs.List(folder))
        {
            if (run.Settings is { Control: false } settings && Identity(settings) == job && VerdictOf(run.Path) is { } verdict)
            {
                return (run.Path, verdict);
            }
        }

        return null;
    }

    // A clone or an installed copy of the same job names the same files by other paths.
    static string Identity(JobSettings settings) => JobFile.ToJson(settings with
    {
        BaseModel = Path.GetFileName(settings.BaseModel),
        TrainingData = settings.TrainingData.WithPaths(Name),
        ValidationData = settings.ValidationData?.WithPaths(Name),
        TestData = settings.TestData?.WithPaths(Name),
    });

    static string Name(string path) => Path.GetFileName(path);

    static Verdict? VerdictOf(string path)
    {
        using var run = RunReader.Open(path);
        return run.LastEvaluation(JobRunner.BaseName) is { } before && run.LastEvaluation(JobRunner.TunedName) is { } after
            ? Verdict.Of(before, after)
            : null;
    }
}
