using Hone.Models.Encryption;

namespace Hone.Jobs;

/// <summary>The names of what a run folder holds.</summary>
static class RunFiles
{
    public const string Job = "job.json", Database = "run.db", Lock = "run.lock", Cursor = "cursor.json", Best = "best";
    const string CheckpointPrefix = "step-";

    public static string Checkpoints(string run) => Path.Combine(run, "checkpoints");

    /// <summary>step-000050: so many digits that names sort as steps do.</summary>
    public static string Checkpoint(string run, int step) => Path.Combine(Checkpoints(run), $"{CheckpointPrefix}{step:D6}");

    /// <summary>Complete checkpoints, the newest first. One that is being written has another name.</summary>
    public static IReadOnlyList<(int Step, string Folder)> FindCheckpoints(string run) =>
        Directory.Exists(Checkpoints(run))
            ? [.. Directory.GetDirectories(Checkpoints(run), CheckpointPrefix + "*")
                .Select(folder => (Step: StepOf(folder), folder))
                .Where(pair => pair.Step >= 0 && File.Exists(Path.Combine(pair.folder, Cursor)))
                .OrderByDescending(pair => pair.Step)]
            : [];

    /// <summary>True if nothing in the folder is worth keeping: it is empty, or a run was being made there and never began.</summary>
    public static bool IsFree(string run) =>
        !Directory.Exists(run)
        || Directory.GetFileSystemEntries(run).Select(Path.GetFileName).All(name => name is Lock or Job + ".tmp"
            || name!.StartsWith(Database, StringComparison.Ordinal)) && !File.Exists(Path.Combine(run, Job));

    /// <summary>A run that was encrypted stays so, also where only the environment knows its key.</summary>
    /// <exception cref="EncryptionException">There is no key.</exception>
    public static void Unlock(string run)
    {
        string job = Path.Combine(run, Job);
        if (SealedFile.KeyFor(job) is null && DecryptingStream.IsEncrypted(job))
        {
            SealedFile.Protect(run, SealedFile.KeyToRead(job));
        }
    }

    static int StepOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[CheckpointPrefix.Length..], out int step) ? step : -1;
}
