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
}
