namespace Hone.Server.Accounts;

/// <summary>A key without its secret. Prefix is what a person may see of it.</summary>
public sealed record ApiKey(
    string Id, string Account, string Name, string Prefix, KeyScopes Scopes, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? Revoked,
    DateTimeOffset? LastUsed);

/// <summary>What the owner gets to see, once: the bearer token, and the pair that AWS SDKs sign with.</summary>
public sealed record NewApiKey(ApiKey Key, string Bearer, string AccessKeyId, string SecretAccessKey);

/// <summary>
/// The keys of all accounts. A bearer token is kept as a hash; the secret that signatures are verified with is derived from the key's id and
/// the server's own secret, and kept nowhere.
/// </summary>
public interface IKeys
{
    Task<NewApiKey> Create(string account, string name, KeyScopes scopes, DateTimeOffset? expires, CancellationToken stop);

    /// <summary>A new key of the same name, scopes, lifetime and account; the old one goes on working for <paramref name="overlap"/>.</summary>
    /// <exception cref="ApiProblem">The account has no such key, or it works no more.</exception>
    Task<NewApiKey> Rotate(string account, string id, TimeSpan overlap, CancellationToken stop);

    Task Revoke(string account, string id, CancellationToken stop);

    /// <summary>The newest first; of all accounts where <paramref name="account"/> is null.</summary>
    Task<IReadOnlyList<ApiKey>> List(string? account, CancellationToken stop);

    /// <summary>The caller whose bearer token this is; null for unknown, expired and revoked ones. Takes the same time for all.</summary>
    Task<Caller?> FindBearer(string token, CancellationToken stop);

    /// <summary>The caller of an access key id and the secret that its signatures are made with; null for unknown, expired and revoked ones.</summary>
    Task<(Caller Caller, string SecretAccessKey)?> FindAccessKey(string accessKeyId, CancellationToken stop);
}

/// <summary>The log of changes: who did what to what, when, from where. Never what a secret is.</summary>
public interface IAuditLog
{
    Task Write(Caller caller, string action, string subject, string? detail = null, CancellationToken stop = default);

    /// <summary>The newest first, those before number <paramref name="before"/>; of all accounts where <paramref name="account"/> is null.</summary>
    Task<IReadOnlyList<AuditEntry>> Read(string? account, int limit, long? before, CancellationToken stop);
}

/// <summary>A change. Action is a word such as "job.create"; subject the id of what was changed.</summary>
/// <param name="Address">Where the request came from; null for changes that came of none.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string Account, string KeyId, string Action, string Subject, string? Detail,
    string? Address = null);
