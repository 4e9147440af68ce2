using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>A server with two accounts: one that owns things, and one that wants them. What is owned has <see cref="Marker"/> in it.</summary>
sealed class Tenants : IAsyncLifetime
{
    public const string Marker = "private-to-the-owner";
    const string Thief = "000000000099";

    static readonly CancellationToken _stop = CancellationToken.None;

    public LogCapture Log { get; } = new();
    public TestServer Server { get; private set; } = null!;

    /// <summary>May do everything in an account that owns nothing.</summary>
    public NewApiKey Stranger { get; private set; } = null!;

    /// <summary>May manage keys, and nothing else.</summary>
    public NewApiKey AdminOnly { get; private set; } = null!;
    public NewApiKey ReadOnly { get; private set; } = null!;
    public NewApiKey WriteOnly { get; private set; } = null!;
    public NewApiKey InferOnly { get; private set; } = null!;
    public NewApiKey Expired { get; private set; } = null!;
    public NewApiKey Revoked { get; private set; } = null!;

    /// <summary>The bearer token of a key that another server made.</summary>
    public static string Foreign => "hone-abcdefghijkl-" + new string('m', 40);

    /// <summary>Ids of what the owner has, of every kind.</summary>
    public IReadOnlyList<string> OwnedIds { get; private set; } = [];

    /// <summary>Every secret that was made.</summary>
    public IEnumerable<string> Secrets =>
        new[] { Server.Key, Stranger, AdminOnly, ReadOnly, WriteOnly, InferOnly, Expired, Revoked }
            .SelectMany(key => new[] { key.Bearer, key.SecretAccessKey });

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start(replace: Log.Listen);
        var keys = Server.Services.GetRequiredService<IKeys>();
        Stranger = await Server.NewKey(Thief, KeyScopes.All);
        AdminOnly = await Server.NewKey(Thief, KeyScopes.Admin);
        ReadOnly = await Server.NewKey(Thief, KeyScopes.Read);
        WriteOnly = await Server.NewKey(Thief, KeyScopes.Write);
        InferOnly = await Server.NewKey(Thief, KeyScopes.Infer);
        Expired = await keys.Create(Thief, "brief", KeyScopes.All, DateTimeOffset.UtcNow.AddMilliseconds(50), _stop);
        Revoked = await Server.NewKey(Thief, KeyScopes.All);
        await keys.Revoke(Thief, Revoked.Key.Id, _stop);
        OwnedIds = await Own(keys);
        await Task.Delay(100);
    }

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    async Task<IReadOnlyList<string>> Own(IKeys keys)
    {
        var owner = new Caller(Caller.FirstAccount, Server.Key.Key.Id, KeyScopes.All);
        var key = await keys.Create(owner.Account, Marker, KeyScopes.All, null, _stop);
        var file = await Server.Services.GetRequiredService<IFiles>().Add(
            owner, $"{Marker}.jsonl", "fine-tune", new MemoryStream(Encoding.UTF8.GetBytes(Marker)), null, _stop);
        return [key.Key.Id, file.Id];
    }
}
