using Hone.Server.Store;

namespace Hone.Server.Accounts;

/// <summary>Keys and audit log without a server around them, for commands. A server may run over the same data meanwhile.</summary>
public sealed class AccountStore : IAsyncDisposable
{
    readonly Database _database;

    AccountStore(Database database, IKeys keys, IAuditLog audit) => (_database, Keys, Audit) = (database, keys, audit);

    public IKeys Keys { get; }
    public IAuditLog Audit { get; }

    /// <exception cref="ApiProblem">The database is away, or knows another secret.</exception>
    public static async Task<AccountStore> Open(ServerSettings settings, CancellationToken stop)
    {
        DataFolder.Make(settings.DataFolder);
        var database = Database.Of(settings);
        try
        {
            await database.Migrate(stop);
            var secrets = new KeySecrets(settings);
            await secrets.RequireSame(database, stop);
            var uses = new KeyUses(database, TimeProvider.System);
            return new(database, new Keys(database, secrets, uses, TimeProvider.System), new AuditLog(database, TimeProvider.System));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
