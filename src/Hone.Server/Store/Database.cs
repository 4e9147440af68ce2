using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Hone.Server.Store;

/// <summary>
/// The server's database: SQLite for one node, PostgreSQL for several. Statements keep to what both understand; times are Unix milliseconds,
/// flags 0 and 1, documents JSON text.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    readonly DbDataSource _source;

    Database(DbDataSource source, bool isPostgres) => (_source, IsPostgres) = (source, isPostgres);

    public bool IsPostgres { get; }

    /// <summary>A file, made if it is not there.</summary>
    public static Database Sqlite(string path) => new(
        SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString()),
        isPostgres: false);

    public static Database Postgres(string connectionString) => new(NpgsqlDataSource.Create(connectionString), isPostgres: true);

    /// <summary>Behind a row's SELECT in a transaction: nobody else gets it meanwhile. SQLite locks the whole database anyway.</summary>
    public string ForUpdateSkipLocked => IsPostgres ? "FOR UPDATE SKIP LOCKED" : "";

    public async Task<DbConnection> Open(CancellationToken stop = default) => await _source.OpenConnectionAsync(stop);

    /// <summary>What <paramref name="work"/> writes is there as a whole or not at all. A writer of SQLite waits for the one before.</summary>
    public async Task<T> InTransaction<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken stop = default)
    {
        await using var connection = await Open(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(stop);
        return result;
    }

    /// <summary>Brings the tables to the state that this program needs. Several nodes may call it at once.</summary>
    public async Task Migrate(CancellationToken stop = default)
    {
        await using var connection = await Open(stop);
        if (!IsPostgres)
        {
            await connection.ExecuteAsync("PRAGMA journal_mode=WAL");
        }

        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (IsPostgres)
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(4663)", transaction: transaction);
        }

        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)", transaction: transaction);
        var done = (await connection.QueryAsync<string>("SELECT name FROM migrations", transaction: transaction)).ToHashSet();
        foreach (var (name, sql) in Migration.All(IsPostgres).Where(migration => !done.Contains(migration.Name)))
        {
            await connection.ExecuteAsync(sql, transaction: transaction);
            await connection.ExecuteAsync("INSERT INTO migrations (name) VALUES (@name)", new { name }, transaction);
        }

        await transaction.CommitAsync(stop);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
