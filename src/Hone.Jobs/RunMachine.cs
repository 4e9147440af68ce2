namespace Hone.Jobs;

/// <summary>A run goes on bit for bit on machines of one kind only.</summary>
public static class RunMachine
{
    /// <summary>Sees that the run began on a machine that computes as this one does, or that somebody allows another; the run's events say so then.</summary>
    /// <exception cref="RunException">It did not, and nobody does.</exception>
    public static void Check(RunFolder run, bool allowOther)
    {
        var (settings, origin) = JobFile.ReadRecorded(Path.Combine(run.Path, RunFiles.Job));
        if (origin?.OtherMachine(settings) is not { } difference)
        {
            return;
        }

        if (!allowOther)
        {
            throw new RunException($"{run.Path}: {difference}; its results would not be those of one machine to the bit. Go on with it on a machine of "
                + "its kind, or allow another: hone resume --allow-other-machine.");
        }

        run.Event(run.Metrics() is [.., var last] ? last.Step + 1 : 0, "warning", $"The run goes on on another machine: {difference}. From here on its results are "
            + "not those of one machine to the bit.");
    }
}
