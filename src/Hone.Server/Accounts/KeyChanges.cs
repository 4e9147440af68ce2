namespace Hone.Server.Accounts;

/// <summary>Changes of keys that somebody asks for, each with its entry in the audit log.</summary>
public sealed class KeyChanges(IKeys keys, IAuditLog audit)
{
    /// <summary>Makes a key in the account of <paramref name="by"/>, which may do no more than that one.</summary>
    public async Task<NewApiKey> Create(Caller by, string name, KeyScopes scopes, DateTimeOffset? expires, CancellationToken stop)
    {
        by.Require(scopes);
        var made = await keys.Create(by.Account, name, scopes, expires, stop);
        await audit.Write(by, "key.create", made.Key.Id, $"{name}: {scopes}", stop);
        return made;
    }

    public async Task<NewApiKey> Rotate(Caller by, string id, TimeSpan overlap, CancellationToken stop)
    {
        by.Require((await Find(by, id, stop)).Scopes);
        var made = await keys.Rotate(by.Account, id, overlap, stop);
        await audit.Write(by, "key.rotate", id, $"followed by {made.Key.Id}; works for {overlap.TotalMinutes:F0} minutes more", stop);
        return made;
    }

    public async Task<ApiKey> Revoke(Caller by, string id, CancellationToken stop)
    {
        await keys.Revoke(by.Account, id, stop);
        await audit.Write(by, "key.revoke", id, stop: stop);
        return await Find(by, id, stop);
    }

    async Task<ApiKey> Find(Caller by, string id, CancellationToken stop) =>
        (await keys.List(by.Account, stop)).FirstOrDefault(key => key.Id == id)
        ?? throw ApiProblem.NotFound($"There is no key {(id.Length == KeySecrets.IdLength ? id : "of this id")}; hone keys list shows those there are.");
}
