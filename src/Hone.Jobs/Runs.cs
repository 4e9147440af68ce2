using Hone.Training;

namespace Hone.Jobs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>A process holds the folder.</summary>
    Running,

    /// <summary>Training came to its end, and where the base model was evaluated, so was the tuned one.</summary>
    Finished,

    /// <summary>No process holds the folder and the run is not finished: it can be resumed.</summary>
    Interrupted,
}

/// <summary>A line in the list of runs. Problem says why the run cannot be read, or is null.</summary>
public sealed record RunSummary(string Path, RunState State, JobSettings? Settings, DateTimeOffset? Created, int Steps, StepMetrics? Last, string? Problem);

/// <summary>The runs in a folder.</summary>
public static class Runs
{
    /// <summary>Every run directly in <paramref name="folder"/>, the newest first. A damaged one is listed with its problem.</summary>
    public static IReadOnlyList<RunSummary> List(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder)
                .Where(path => File.Exists(Path.Combine(path, RunFiles.Job)))
                .Select(Summary)
                .OrderByDescending(run => run.Created)
                .ThenBy(run => run.Path, StringComparer.Ordinal)]
            : [];

    static RunSummary Summary(string path)
    {
        try
        {
            using var run = RunReader.Open(path);
            var metrics = run.Metrics();
            return new(path, run.State(), run.Settings, run.Origin?.Created, metrics.Count, metrics is [.., var last] ? last : null, Problem: null);
        }
        catch (Exception e) when (e is RunException or JobException)
        {
            return new(path, RunState.Interrupted, null, null, 0, null, e.Message);
        }
    }
}
