using System.Text;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Accounts;

public sealed class KeysTests
{
    const string Other = "000000000002";

    static readonly CancellationToken _stop = CancellationToken.None;

    [Theory, OnSqlite, OnPostgres]
    public async Task A_new_key_is_found_by_its_token_and_by_its_access_key_id(string kind)
    {
        await using var store = await KeyStore.Open(kind);

        var made = await store.Keys.Create(Caller.FirstAccount, "mine", KeyScopes.Read | KeyScopes.Infer, null, _stop);

        var expected = new Caller(Caller.FirstAccount, made.Key.Id, KeyScopes.Read | KeyScopes.Infer);
        Assert.Equal(expected, await store.Keys.FindBearer(made.Bearer, _stop));
        Assert.Equal((expected, made.SecretAccessKey), await store.Keys.FindAccessKey(made.AccessKeyId, _stop));
        Assert.Matches($"^hone-{made.Key.Id}-[a-z0-9]{{40}}$", made.Bearer);
        Assert.Matches("^[A-Z0-9]{16}$", made.AccessKeyId);
        Assert.Equal(40, made.SecretAccessKey.Length);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task No_part_of_a_secret_is_in_the_database(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var made = await store.Keys.Create(Caller.FirstAccount, "mine", KeyScopes.All, null, _stop);

        await using var connection = await store.Over.Database.Open();
        var row = (IDictionary<string, object>)await connection.QuerySingleAsync("SELECT * FROM keys");

        string secret = made.Bearer.Split('-')[^1];
        foreach (var (_, value) in row)
        {
            string text = value is byte[] bytes ? Encoding.Latin1.GetString(bytes) + Convert.ToBase64String(bytes) : $"{value}";
            Assert.DoesNotContain(secret, text);
            Assert.DoesNotContain(made.SecretAccessKey, text);
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Tokens_that_are_almost_right_are_nobody(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var made = await store.Keys.Create(Caller.FirstAccount, "mine", KeyScopes.All, null, _stop);
        char last = made.Bearer[^1] == 'a' ? 'b' : 'a';

        string[] tokens =
        [
            "", "hone-", made.Bearer[..^1], made.Bearer + "a", made.Bearer[..^1] + last, made.Bearer.ToUpperInvariant(), " " + made.Bearer,
            made.Bearer.Replace(made.Key.Id, "000000000000", StringComparison.Ordinal), made.Key.Id, made.AccessKeyId, made.SecretAccessKey,
            "' OR 1=1 --", $"hone-{made.Key.Id}-%", "\0", new string('x', 4000),
        ];
        foreach (string token in tokens)
        {
            Assert.Null(await store.Keys.FindBearer(token, _stop));
            Assert.Null(await store.Keys.FindAccessKey(token == made.AccessKeyId ? token[..^1] : token, _stop));
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Expired_and_revoked_keys_are_nobody(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var brief = await store.Keys.Create(Caller.FirstAccount, "brief", KeyScopes.All, store.Time.GetUtcNow().AddHours(1), _stop);
        var revoked = await store.Keys.Create(Caller.FirstAccount, "revoked", KeyScopes.All, null, _stop);
        Assert.NotNull(await store.Keys.FindBearer(brief.Bearer, _stop));

        store.Time.Advance(TimeSpan.FromHours(1));
        await store.Keys.Revoke(Caller.FirstAccount, revoked.Key.Id, _stop);

        Assert.Null(await store.Keys.FindBearer(brief.Bearer, _stop));
        Assert.Null(await store.Keys.FindAccessKey(brief.AccessKeyId, _stop));
        Assert.Null(await store.Keys.FindBearer(revoked.Bearer, _stop));
        Assert.Null(await store.Keys.FindAccessKey(revoked.AccessKeyId, _stop));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_rotated_key_works_beside_the_new_one_for_the_overlap(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var old = await store.Keys.Create(Caller.FirstAccount, "mine", KeyScopes.Infer, null, _stop);

        var made = await store.Keys.Rotate(Caller.FirstAccount, old.Key.Id, TimeSpan.FromHours(2), _stop);

        Assert.Equal(("mine", KeyScopes.Infer), (made.Key.Name, made.Key.Scopes));
        Assert.NotNull(await store.Keys.FindBearer(old.Bearer, _stop));
        Assert.NotNull(await store.Keys.FindBearer(made.Bearer, _stop));
        store.Time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await store.Keys.FindBearer(old.Bearer, _stop));
        Assert.NotNull(await store.Keys.FindBearer(made.Bearer, _stop));
        await Sentences.Refused(ProblemKind.Conflict, () => store.Keys.Rotate(Caller.FirstAccount, old.Key.Id, TimeSpan.Zero, _stop), old.Key.Id);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Keys_of_another_account_are_not_there(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var foreign = await store.Keys.Create(Other, "theirs", KeyScopes.All, null, _stop);

        await Sentences.Refused(ProblemKind.NotFound, () => store.Keys.Revoke(Caller.FirstAccount, foreign.Key.Id, _stop));
        await Sentences.Refused(ProblemKind.NotFound, () => store.Keys.Rotate(Caller.FirstAccount, foreign.Key.Id, TimeSpan.Zero, _stop));

        Assert.Empty(await store.Keys.List(Caller.FirstAccount, _stop));
        Assert.Single(await store.Keys.List(null, _stop));
        Assert.NotNull(await store.Keys.FindBearer(foreign.Bearer, _stop));
    }

    [Theory]
    [InlineData("12", "name", KeyScopes.All)]
    [InlineData("00000000000x", "name", KeyScopes.All)]
    [InlineData(Caller.FirstAccount, "", KeyScopes.All)]
    [InlineData(Caller.FirstAccount, "two\nlines", KeyScopes.All)]
    [InlineData(Caller.FirstAccount, "name", KeyScopes.None)]
    [InlineData(Caller.FirstAccount, "name", (KeyScopes)64)]
    public async Task A_key_that_makes_no_sense_is_refused(string account, string name, KeyScopes scopes)
    {
        await using var store = await KeyStore.Open(TestDatabase.OfSqlite);
        await Sentences.Refused(ProblemKind.Invalid, () => store.Keys.Create(account, name, scopes, null, _stop));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Uses_are_written_for_all_keys_at_once(string kind)
    {
        await using var store = await KeyStore.Open(kind);
        var made = await store.Keys.Create(Caller.FirstAccount, "mine", KeyScopes.All, null, _stop);
        await store.Keys.FindBearer(made.Bearer, _stop);
        Assert.Null(Assert.Single(await store.Keys.List(null, _stop)).LastUsed);

        await store.Uses.Write(_stop);

        Assert.Equal(store.Time.GetUtcNow(), Assert.Single(await store.Keys.List(null, _stop)).LastUsed);
    }

    [Fact]
    public async Task A_node_with_another_secret_is_refused()
    {
        await using var over = await TestDatabase.Open(TestDatabase.OfSqlite);
        await new KeySecrets(over.Of(Settings(over.Folder))).RequireSame(over.Database, _stop);
        string other = Path.Combine(over.Folder, "other.secret");

        var secrets = new KeySecrets(Settings(over.Folder) with { SecretFile = other });

        await Sentences.Refused(ProblemKind.Conflict, () => secrets.RequireSame(over.Database, _stop), other, "--secret-file");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(other));
        }
    }

    static ServerSettings Settings(string folder) => new() { DataFolder = folder };

    sealed class KeyStore : IAsyncDisposable
    {
        KeyStore(TestDatabase over)
        {
            Over = over;
            Uses = new KeyUses(over.Database, Time);
            Keys = new Keys(over.Database, new KeySecrets(Settings(over.Folder)), Uses, Time);
        }

        public TestDatabase Over { get; }
        public ManualTime Time { get; } = new();
        public KeyUses Uses { get; }
        public Keys Keys { get; }

        public static async Task<KeyStore> Open(string kind) => new(await TestDatabase.Open(kind));

        public async ValueTask DisposeAsync()
        {
            Uses.Dispose();
            await Over.DisposeAsync();
        }
    }
}
