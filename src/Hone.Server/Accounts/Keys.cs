using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Hone.Server.Files;
using Hone.Server.Store;

namespace Hone.Server.Accounts;

sealed class Keys(Database database, KeySecrets secrets, KeyUses uses, TimeProvider time) : IKeys
{
    const string Columns = "id, account, name, hash, scopes, created, expires, revoked, last_used AS lastUsed";

    const int LongestName = 100;

    /// <summary>Has the form of an id; no key has it.</summary>
    const string NoKey = "000000000000";

    static readonly byte[] _noHash = new byte[SHA256.HashSizeInBytes];

    public async Task<NewApiKey> Create(string account, string name, KeyScopes scopes, DateTimeOffset? expires, CancellationToken stop)
    {
        RequireAccount(account);
        RequireName(name);
        if (scopes is KeyScopes.None || (scopes & ~KeyScopes.All) != 0)
        {
            throw ApiProblem.Invalid($"The scopes are {scopes}; give one or more of Read, Write, Infer, Admin.", "scopes");
        }

        if (expires <= time.GetUtcNow())
        {
            throw ApiProblem.Invalid($"The key would expire at {expires:u}, which is over already; give a later moment or none.", "expires");
        }

        return await database.InTransaction((connection, transaction) => Insert(connection, transaction, account, name, scopes, expires), stop);
    }

    public Task<NewApiKey> Rotate(string account, string id, TimeSpan overlap, CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            var old = await Find(connection, transaction, account, id);
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!old.Works(now))
            {
                throw ApiProblem.Conflict($"The key {id} is revoked or expired, so there is nothing to rotate; make a new one: hone keys create.");
            }

            DateTimeOffset? expires = old.Expires is { } end ? At(now + (end - old.Created)) : null;
            var made = await Insert(connection, transaction, account, old.Name, (KeyScopes)old.Scopes, expires);
            long until = Math.Min(old.Expires ?? long.MaxValue, now + (long)Math.Max(0, overlap.TotalMilliseconds));
            await connection.ExecuteAsync("UPDATE keys SET expires = @until WHERE id = @id", new { until, id }, transaction);
            return made;
        },
        stop);

    public Task Revoke(string account, string id, CancellationToken stop) => database.InTransaction(
        async (connection, transaction) =>
        {
            await Find(connection, transaction, account, id);
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await connection.ExecuteAsync("UPDATE keys SET revoked = @now WHERE id = @id AND revoked IS NULL", new { now, id }, transaction);
        },
        stop);

    public Task<IReadOnlyList<ApiKey>> List(string? account, CancellationToken stop) => database.Read<IReadOnlyList<ApiKey>>(
        async connection =>
        {
            string mine = account is null ? "" : "WHERE account = @account";
            var rows = await connection.QueryAsync<KeyRow>($"SELECT {Columns} FROM keys {mine} ORDER BY created DESC, id", new { account });
            return [.. rows.Select(row => row.ToKey())];
        },
        stop);

    public async Task<Caller?> FindBearer(string token, CancellationToken stop)
    {
        // Tokens of every form take the same way: a hash, a row, a comparison.
        string? id = KeySecrets.IdOf(token);
        byte[] hash = KeySecrets.Hash(token);
        var row = await Row(id ?? NoKey, stop);
        bool isIt = CryptographicOperations.FixedTimeEquals(hash, row?.Hash ?? _noHash);
        return Use(isIt ? row : null);
    }

    public async Task<(Caller Caller, string SecretAccessKey)?> FindAccessKey(string accessKeyId, CancellationToken stop)
    {
        string id = KeySecrets.IdOfAccessKey(accessKeyId) ?? NoKey;
        string secret = secrets.SecretAccessKeyOf(id);
        return Use(await Row(id, stop)) is { } caller ? (caller, secret) : null;
    }

    Caller? Use(KeyRow? row)
    {
        var now = time.GetUtcNow();
        if (row is null || !row.Works(now.ToUnixTimeMilliseconds()))
        {
            return null;
        }

        uses.Note(row.Id, now);
        return new Caller(row.Account, row.Id, (KeyScopes)row.Scopes);
    }

    Task<KeyRow?> Row(string id, CancellationToken stop) => database.Read(
        connection => connection.QuerySingleOrDefaultAsync<KeyRow>($"SELECT {Columns} FROM keys WHERE id = @id", new { id }), stop);

    async Task<NewApiKey> Insert(
        DbConnection connection, DbTransaction transaction, string account, string name, KeyScopes scopes, DateTimeOffset? expires)
    {
        string id = Ids.New(KeySecrets.IdLength);
        string token = KeySecrets.NewToken(id);
        var row = new KeyRow
        {
            Id = id,
            Account = account,
            Name = name,
            Hash = KeySecrets.Hash(token),
            Scopes = (long)scopes,
            Created = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Expires = expires?.ToUnixTimeMilliseconds(),
        };
        await connection.ExecuteAsync(
            """
            INSERT INTO keys (id, account, name, hash, scopes, created, expires)
            VALUES (@Id, @Account, @Name, @Hash, @Scopes, @Created, @Expires)
            """,
            row, transaction);
        return new(row.ToKey(), token, KeySecrets.AccessKeyIdOf(id), secrets.SecretAccessKeyOf(id));
    }

    static async Task<KeyRow> Find(DbConnection connection, DbTransaction transaction, string account, string id) =>
        await connection.QuerySingleOrDefaultAsync<KeyRow>(
            $"SELECT {Columns} FROM keys WHERE id = @id AND account = @account", new { id, account }, transaction)
            ?? throw ApiProblem.NotFound($"There is no key {id}; hone keys list shows those there are.");

    static void RequireAccount(string account)
    {
        if (account.Length != 12 || !account.All(char.IsAsciiDigit))
        {
            throw ApiProblem.Invalid($"The account is \"{account}\", but is written with 12 digits, such as {Caller.FirstAccount}.", "account");
        }
    }

    static void RequireName(string name)
    {
        string? problem = name.Length is < 1 or > LongestName ? $"has {name.Length} characters, but needs 1 to {LongestName}" : FileName.HiddenIn(name);
        if (problem is not null)
        {
            throw ApiProblem.Invalid($"The key's name {problem}.", "name");
        }
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    sealed record KeyRow
    {
        public string Id { get; init; } = "";
        public string Account { get; init; } = "";
        public string Name { get; init; } = "";
        public byte[] Hash { get; init; } = [];
        public long Scopes { get; init; }
        public long Created { get; init; }
        public long? Expires { get; init; }
        public long? Revoked { get; init; }
        public long? LastUsed { get; init; }

        public bool Works(long now) => Revoked is null && !(Expires <= now);

        public ApiKey ToKey() => new(
            Id, Account, Name, $"{KeySecrets.TokenStart}{Id}-…", (KeyScopes)Scopes, At(Created), Moment(Expires), Moment(Revoked), Moment(LastUsed));

        static DateTimeOffset? Moment(long? milliseconds) => milliseconds is { } value ? At(value) : null;
    }
}
