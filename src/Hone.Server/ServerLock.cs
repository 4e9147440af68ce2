namespace Hone.Server;

/// <summary>One server at a time over a data folder with SQLite. The lock is an open file: it ends with the process, however that ends.</summary>
sealed class ServerLock : IDisposable
{
    readonly FileStream _file;

    ServerLock(FileStream file) => _file = file;

    /// <exception cref="ApiProblem">Another server holds it.</exception>
    public static ServerLock Take(string dataFolder)
    {
        string path = Path.Combine(dataFolder, "server.lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (!Failure.IsDiskFull(failure) && File.Exists(path))
        {
            throw ApiProblem.Conflict(
                $"Another server runs over {dataFolder}; stop it, give this one a --data-folder of its own, or let both share a PostgreSQL (--postgres).");
        }
    }

    public void Dispose() => _file.Dispose();
}
