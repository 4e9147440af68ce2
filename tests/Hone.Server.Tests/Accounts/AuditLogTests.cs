using Hone.Server.Accounts;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Accounts;

public sealed class AuditLogTests
{
    static readonly Caller _mine = new(Caller.FirstAccount, "key1", KeyScopes.All), _theirs = new("000000000002", "key2", KeyScopes.All);

    [Theory, OnSqlite, OnPostgres]
    public async Task Changes_are_read_newest_first_page_by_page_and_by_account(string kind)
    {
        await using var over = await TestDatabase.Open(kind);
        var log = new AuditLog(over.Database, new ManualTime());
        await log.Write(_mine, "job.create", "a", "detail");
        await log.Write(_theirs, "job.create", "b");
        await log.Write(_mine, "job.stop", "a");

        var first = await log.Read(Caller.FirstAccount, 1, null, CancellationToken.None);
        var second = await log.Read(Caller.FirstAccount, 10, first[0].Number, CancellationToken.None);

        Assert.Equal("job.stop", Assert.Single(first).Action);
        Assert.Equal(("job.create", "a", "detail", "key1"), Assert.Single(second) is var entry ? (entry.Action, entry.Subject, entry.Detail, entry.KeyId) : default);
        Assert.Equal(3, (await log.Read(null, 10, null, CancellationToken.None)).Count);
    }
}
