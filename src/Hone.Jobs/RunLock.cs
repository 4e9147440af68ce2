namespace Hone.Jobs;

/// <summary>One process at a time writes a run. The lock is an open file: it ends with the process, however that ends.</summary>
sealed class RunLock : IDisposable
{
    readonly FileStream _file;

    RunLock(FileStream file) => _file = file;

    /// <exception cref="RunException">Another process holds it.</exception>
    public static RunLock Take(string run)
    {
        // Somebody who only asks whether the run is going on holds the file for an instant.
        for (int tries = 0; tries < 3; tries++)
        {
            if (TryOpen(run, FileMode.OpenOrCreate) is { } file)
            {
                return new(file);
            }

            Thread.Sleep(20);
        }

        throw new RunException($"{run} is in use by another process; wait for it to end, or stop it first.");
    }

    public static bool IsHeld(string run)
    {
        if (!File.Exists(Path.Combine(run, RunFiles.Lock)))
        {
            return false;
        }

        using var file = TryOpen(run, FileMode.Open);
        return file is null;
    }

    public void Dispose() => _file.Dispose();

    static FileStream? TryOpen(string run, FileMode mode)
    {
        try
        {
            return new(Path.Combine(run, RunFiles.Lock), mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && !RunFault.IsDiskFull(e))
        {
            return null;
        }
    }
}
