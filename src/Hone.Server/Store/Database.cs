using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Hone.Server.Store;

/// <summary>
/// The server's database: SQLite for one node, PostgreSQL for several. Statements keep to what both understand; times are Unix milliseconds,
/// flags 0 and 1, documents JSON text. While the database is away, everything here throws an <see cref="ApiProblem"/> of kind Unavailable;
/// when it is back, everything works again.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>Seconds that a writer of SQLite waits for the one before, of whatever program.</summary>
    const int SqliteWait = 10;

    const int SqliteCacheKilobytes = 256;

    // Half a second in all: long enough for a connection that broke, short enough for somebody who waits for an answer.
    static readonly int[] _waitsInMilliseconds = [20, 60, 140, 280];

    readonly DbDataSource _source;

    // SQLite's own waiting polls; writers of one program stand in line here instead.
    readonly SemaphoreSlim? _writer;

    Database(DbDataSource source, bool isPostgres)
    {
        (_source, IsPostgres) = (source, isPostgres);
        _writer = isPostgres ? null : new SemaphoreSlim(1);
    }

    public bool IsPostgres { get; }

    /// <summary>The one that the settings name.</summary>
    public static Database Of(ServerSettings settings) =>
        settings.Postgres is { } connection ? Postgres(connection) : Sqlite(Path.Combine(settings.DataFolder, "hone.db"));

    /// <summary>A file, made if it is not there.</summary>
    public static Database Sqlite(string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = SqliteWait };
        return new(SqliteFactory.Instance.CreateDataSource(connection.ToString()), isPostgres: false);
    }

    /// <exception cref="ApiProblem">The connection string is none.</exception>
    public static Database Postgres(string connectionString)
    {
        try
        {
            return new(NpgsqlDataSource.Create(connectionString), isPostgres: true);
        }
        catch (ArgumentException)
        {
            // The string may hold a password, and so may the message of the exception.
            throw ApiProblem.Invalid(
                "The PostgreSQL connection string cannot be read; it looks like Host=127.0.0.1;Username=hone;Password=...;Database=hone.", "postgres");
        }
    }

    /// <summary>Behind a row's SELECT in a transaction: nobody else gets it meanwhile. SQLite locks the whole database anyway.</summary>
    public string ForUpdateSkipLocked => IsPostgres ? "FOR UPDATE SKIP LOCKED" : "";

    /// <exception cref="ApiProblem">The database is away.</exception>
    public Task<DbConnection> Open(CancellationToken stop = default) => Repeat(OpenOnce, stop);

    /// <summary>Reads. Done again where the connection breaks meanwhile, so <paramref name="work"/> must change nothing.</summary>
    public Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken stop = default) => Repeat(
        async stop =>
        {
            await using var connection = await OpenOnce(stop);
            return await work(connection);
        },
        stop);

    /// <summary>
    /// What <paramref name="work"/> writes is there as a whole or not at all, and survives a crash of process and machine. A writer of
    /// SQLite waits for the one before. Where the connection breaks or another writer wins before the end, all of it is done again, so the
    /// work may change nothing but the database.
    /// </summary>
    public Task<T> InTransaction<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken stop = default) => Repeat(
        async stop =>
        {
            using var turn = await Turn(stop);
            await using var connection = await OpenOnce(stop);
            await using var transaction = await connection.BeginTransactionAsync(stop);
            var result = await work(connection, transaction);
            await Commit(transaction);
            return result;
        },
        stop);

    /// <inheritdoc cref="InTransaction{T}"/>
    public Task InTransaction(Func<DbConnection, DbTransaction, Task> work, CancellationToken stop = default) => InTransaction(
        async (connection, transaction) =>
        {
            await work(connection, transaction);
            return true;
        },
        stop);

    /// <summary>Whoever else locks this name waits for the end of the transaction. SQLite has one writer at a time anyway.</summary>
    public async Task Lock(DbConnection connection, DbTransaction transaction, string name)
    {
        if (IsPostgres)
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended(@name, 4663))", new { name }, transaction);
        }
    }

    /// <summary>Brings the tables to the state that this program needs. Several nodes may call it at once.</summary>
    public async Task Migrate(CancellationToken stop = default)
    {
        if (!IsPostgres)
        {
            await Read(connection => connection.ExecuteAsync("PRAGMA journal_mode=WAL"), stop);
        }

        await InTransaction(
            async (connection, transaction) =>
            {
                await Lock(connection, transaction, "migrations");
                await Migration.Run(connection, transaction, IsPostgres);
            },
            stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsPostgres)
        {
            // The last connection that is closed brings the write-ahead log home.
            using var connection = new SqliteConnection(_source.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }

        await _source.DisposeAsync();
    }

    // The outcome of a commit that fails is not known: it is the one thing that is not done again.
    static async Task Commit(DbTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (DbException failure) when (DatabaseFailure.Describe(failure) is { } problem)
        {
            throw problem;
        }
    }

    static async Task<T> Repeat<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await work(stop);
            }
            catch (Exception failure) when (tries < _waitsInMilliseconds.Length && DatabaseFailure.PassesSoon(failure))
            {
                await Task.Delay(_waitsInMilliseconds[tries], stop);
            }
            catch (DbException failure) when (DatabaseFailure.Describe(failure) is { } problem)
            {
                throw problem;
            }
        }
    }

    async Task<DbConnection> OpenOnce(CancellationToken stop)
    {
        var connection = await _source.OpenConnectionAsync(stop);
        if (!IsPostgres)
        {
            // FULL: a commit is on the disk before it returns, so that neither a killed process nor a power cut takes it back.
            // Pages that were read stay with the system; each connection of the pool would keep 2 MB of them besides.
            await connection.ExecuteAsync(
                $"PRAGMA synchronous=FULL; PRAGMA busy_timeout={SqliteWait * 1000}; PRAGMA cache_size=-{SqliteCacheKilobytes}");
        }

        return connection;
    }

    async Task<IDisposable?> Turn(CancellationToken stop)
    {
        if (_writer is null)
        {
            return null;
        }

        return await _writer.WaitAsync(TimeSpan.FromSeconds(3 * SqliteWait), stop)
            ? new Released(_writer)
            : throw Failure.Away("Too many changes wait for the server's database. Nothing was changed; try again in a moment.");
    }

    sealed class Released(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
