using Dapper;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Store;

public sealed class DatabaseTests
{
    const string Insert = "INSERT INTO settings (name, value) VALUES (@name, @value)";

    [Theory, OnSqlite, OnPostgres]
    public async Task Migrating_again_changes_nothing(string kind)
    {
        await using var store = await TestDatabase.Open(kind);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var node = store.Another();
            await node.Migrate();
        }));

        await using var connection = await store.Database.Open();
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM settings"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_a_failed_transaction_wrote_is_not_there(string kind)
    {
        await using var store = await TestDatabase.Open(kind);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.InTransaction<int>(async (connection, transaction) =>
        {
            await connection.ExecuteAsync(Insert, new { name = "a", value = "1" }, transaction);
            throw new InvalidOperationException();
        }));

        await using var connection = await store.Database.Open();
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM settings"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Writers_at_the_same_time_wait_for_one_another(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await store.Database.InTransaction((connection, transaction) => connection.ExecuteAsync(Insert, new { name = "count", value = "0" }, transaction));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => store.Database.InTransaction(async (connection, transaction) =>
        {
            await store.Database.Lock(connection, transaction, "count");
            int count = int.Parse((await connection.ExecuteScalarAsync<string>("SELECT value FROM settings", transaction: transaction))!);
            await connection.ExecuteAsync("UPDATE settings SET value = @value", new { value = $"{count + 1}" }, transaction);
        }))));

        await using var connection = await store.Database.Open();
        Assert.Equal("20", await connection.ExecuteScalarAsync<string>("SELECT value FROM settings"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_program_writes_beside_this_one(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var other = store.Another();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? store.Database : other).InTransaction(
            (connection, transaction) => connection.ExecuteAsync(Insert, new { name = $"{i}", value = "x" }, transaction)))));

        await using var connection = await store.Database.Open();
        Assert.Equal(20, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM settings"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_database_of_a_newer_program_is_refused(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await store.Database.InTransaction(
            (connection, transaction) => connection.ExecuteAsync("INSERT INTO migrations (name) VALUES ('999-later.sql')", transaction: transaction));

        await Sentences.Refused(ProblemKind.Invalid, () => store.Database.Migrate(), "newer", "999-later.sql");
    }

    [Fact]
    public async Task A_commit_of_SQLite_is_on_the_disk_before_it_returns()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var connection = await store.Database.Open();

        Assert.Equal("wal", await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode"));
        Assert.Equal(2, await connection.ExecuteScalarAsync<long>("PRAGMA synchronous"));
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Nonsense=1;Password=hunter2")]
    public async Task A_connection_string_that_is_none_is_told_without_showing_it(string text)
    {
        var problem = await Sentences.Refused(ProblemKind.Invalid, () => TestServer.Start(settings => settings with { Postgres = text }), "Host=127.0.0.1");
        Assert.DoesNotContain("hunter2", problem.Message);
    }
}
