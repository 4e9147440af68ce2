using Hone.Training;

namespace Hone.Jobs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>A process holds the folder.</summary>
    Running,

    /// <summary>Training came to its end.</summary>
    Finished,

    /// <summary>No process holds the folder and training has not ended: it can be resumed.</summary>
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

    public static RunState State(string run)
    {
        if (RunLock.IsHeld(run))
        {
            return RunState.Running;
        }

        return RunFiles.FindCheckpoints(run) is [var (_, newest), ..] && RecordedCursor.Read(newest).Cursor.Ended is not null
            ? RunState.Finished
            : RunState.Interrupted;
    }

    static RunSummary Summary(string path)
    {
        try
        {
            using var run = RunReader.Open(path);
            var metrics = run.Metrics();
            return new(path, State(path), run.Settings, run.Origin?.Created, metrics.Count, metrics is [.., var last] ? last : null, Problem: null);
        }
        catch (Exception e) when (e is RunException or JobException)
        {
            return new(path, RunState.Interrupted, null, null, 0, null, e.Message);
        }
    }
}
