using Dapper;
using Hone.Server.Store;

namespace Hone.Server.Signing;

/// <summary>Remembers signatures for as long as they hold, so that a request that changes something is carried out once. All nodes share it.</summary>
sealed class UsedSignatures(Database database, TimeProvider clock)
{
    /// <returns>False: it was used before.</returns>
    public async Task<bool> Use(string signature, TimeSpan holds, CancellationToken stop)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds(), expires = now + (long)holds.TotalMilliseconds;
        await using var connection = await database.Open(stop);
        await connection.ExecuteAsync(new CommandDefinition("DELETE FROM used_signatures WHERE expires < @now", new { now }, cancellationToken: stop));
        return await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO used_signatures (signature, expires) VALUES (@signature, @expires) ON CONFLICT (signature) DO NOTHING",
            new { signature, expires }, cancellationToken: stop)) == 1;
    }
}
