using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Hone.Server.Store;

/// <summary>Failures of the two databases in words, and which of them pass by themselves.</summary>
public static class DatabaseFailure
{
    const string Again = "Nothing was changed; try again in a moment.";

    /// <summary>A problem of kind Unavailable; null where the failure is none of a database, or a defect such as a wrong statement.</summary>
    public static ApiProblem? Describe(Exception failure) => failure switch
    {
        SqliteException sqlite => Sentence(sqlite) is { } sentence ? Failure.Away(sentence) : null,
        PostgresException postgres => Sentence(postgres.SqlState) is { } sentence ? Failure.Away(sentence) : null,
        NpgsqlException => Failure.Away($"The database cannot be reached. {Again}"),
        TimeoutException => Failure.Away($"The database did not answer in time. {Again}"),
        _ => null,
    };

    /// <summary>
    /// The same work may succeed when it is done again at once. Not so a busy SQLite, which has waited for its time already.
    /// </summary>
    internal static bool PassesSoon(Exception failure) => failure is NpgsqlException { IsTransient: true };

    /// <summary>Somebody else wrote the same rows at the same moment, or already has: the statement broke a rule of the tables.</summary>
    public static bool IsDuplicate(Exception failure) => failure is SqliteException
    {
        SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY,
    }

        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    static string? Sentence(SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "The disk of the server's database is full; nothing was changed. Free some space there and try again.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"Another program holds the server's database. {Again}",
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY =>
            "The server's database cannot be read or written at the moment; look at the disk and the rights of the data folder.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The server's database is damaged: stop the server and put a copy of hone.db back.",
        _ => null,
    };

    static string? Sentence(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => "The disk of the database is full; nothing was changed. Free some space there and try again.",
        PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.TooManyConnections => $"The database has no room for another request. {Again}",
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled => $"Others were changing the same rows. {Again}",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName =>
            "The database refuses this server; look at the user, password and database name of its connection string.",
        _ when state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) =>
            $"The database cannot be reached. {Again}",
        _ => null,
    };
}
