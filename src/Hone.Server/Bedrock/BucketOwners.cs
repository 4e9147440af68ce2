using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server.Bedrock;

/// <summary>
/// Whose a bucket is. One that was made through the server belongs to the account that made it, and nobody else may name it; one that the
/// machine's owner put there can be used by all accounts.
/// </summary>
sealed class BucketOwners(Database database, TimeProvider clock)
{
    /// <summary>The bucket of an s3:// address.</summary>
    public static string BucketOf(string uri) => uri["s3://".Length..].Split('/')[0];

    /// <exception cref="ApiProblem">It belongs to another account.</exception>
    public async Task Require(Caller caller, string bucket, CancellationToken stop)
    {
        if (await Owner(bucket, stop) is { } owner && owner != caller.Account)
        {
            throw new ApiProblem(ProblemKind.Forbidden, $"The bucket '{bucket}' cannot be used by this account.") { Code = "AccessDeniedException" };
        }
    }

    /// <returns>False: it is another account's.</returns>
    public async Task<bool> Take(Caller caller, string bucket, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO buckets (name, account, created) VALUES (@bucket, @Account, @now) ON CONFLICT (name) DO NOTHING",
            new { bucket, caller.Account, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken: stop));
        return await Owner(bucket, stop) == caller.Account;
    }

    /// <summary>The account's buckets and when they were made.</summary>
    public async Task<IReadOnlyList<(string Name, DateTimeOffset Created)>> Of(Caller caller, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var rows = await connection.QueryAsync<(string Name, long Created)>(new CommandDefinition(
            "SELECT name, created FROM buckets WHERE account = @Account ORDER BY name", new { caller.Account }, cancellationToken: stop));
        return [.. rows.Select(row => (row.Name, DateTimeOffset.FromUnixTimeMilliseconds(row.Created)))];
    }

    /// <summary>Null: the machine's owner.</summary>
    public async Task<string?> Owner(string bucket, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT account FROM buckets WHERE name = @bucket", new { bucket }, cancellationToken: stop));
    }
}
