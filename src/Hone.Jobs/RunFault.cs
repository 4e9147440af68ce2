using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hone.Jobs;

/// <summary>Turns failures of disk and database into one sentence.</summary>
static class RunFault
{
    public static void Guard(string run, Action action) => Guard(run, () =>
    {
        action();
        return 0;
    });

    public static T Guard<T>(string run, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (SqliteException e)
        {
            throw new RunException(Describe(run, e), e);
        }
        catch (IOException e)
        {
            throw new RunException(IsDiskFull(e) ? DiskFull(run) : $"{run} cannot be used: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RunException($"{run} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>ENOSPC, EDQUOT, ERROR_HANDLE_DISK_FULL or ERROR_DISK_FULL, which .NET reports on every system when it cannot reserve space.</summary>
    public static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is 112
        || (e.HResult & 0xFFFF) is 28 or 122 && !OperatingSystem.IsWindows()
        || (e.HResult & 0xFFFF) is 39 && OperatingSystem.IsWindows();

    static string Describe(string run, SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => DiskFull(run),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"{run}: run.db is damaged: {e.Message}.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{run}: another program holds run.db open for writing; close it.",
        _ => $"{run}: run.db cannot be used: {e.Message}.",
    };

    static string DiskFull(string run) =>
        $"{run}: the disk is full; free some space, and the run can be resumed from its last checkpoint.";
}
