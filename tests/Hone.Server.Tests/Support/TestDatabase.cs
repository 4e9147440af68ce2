using Hone.Server.Store;

namespace Hone.Server.Tests.Support;

/// <summary>An empty database of one kind, with Hone's tables. A theory over both kinds is marked [Theory, OnSqlite, OnPostgres].</summary>
sealed class TestDatabase : IAsyncDisposable
{
    public const string OfSqlite = "sqlite", OfPostgres = "postgres";

    readonly string? _postgres;

    TestDatabase(string kind)
    {
        _postgres = kind == OfPostgres ? PostgresServer.Shared.NewDatabase() : null;
        Database = Another();
    }

    public Database Database { get; }

    /// <summary>A folder that goes with it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hone-store-").FullName;

    public static async Task<TestDatabase> Open(string kind)
    {
        var opened = new TestDatabase(kind);
        await opened.Database.Migrate();
        return opened;
    }

    /// <summary>The same database, as another program has it open.</summary>
    public Database Another() => _postgres is { } connection ? Database.Postgres(connection) : Database.Sqlite(Path.Combine(Folder, "hone.db"));

    /// <summary>Lets a server run over this database and folder.</summary>
    public ServerSettings Of(ServerSettings settings) => settings with { DataFolder = Folder, Postgres = _postgres };

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
