using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapper;
using Hone.Server.Store;

namespace Hone.Server.Bedrock.Logging;

/// <summary>The logging configuration of each account. What was read holds for a moment, so that a call costs no query.</summary>
sealed class LoggingConfigs(Database database, TimeProvider clock)
{
    static readonly TimeSpan _fresh = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, (JsonObject? Config, DateTimeOffset Until)> _read = new();

    public async Task<JsonObject?> Of(string account, CancellationToken stop)
    {
        if (_read.TryGetValue(account, out var known) && known.Until > clock.GetUtcNow())
        {
            return (JsonObject?)known.Config?.DeepClone();
        }

        await using var connection = await database.Open(stop);
        string? text = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT config FROM invocation_logging WHERE account = @account", new { account }, cancellationToken: stop));
        var config = text is null ? null : JsonNode.Parse(text)!.AsObject();
        _read[account] = (config, clock.GetUtcNow() + _fresh);
        return (JsonObject?)config?.DeepClone();
    }

    /// <param name="account">Whose.</param>
    /// <param name="config">Null: calls are not logged.</param>
    /// <param name="stop">Cancels.</param>
    public async Task Set(string account, JsonObject? config, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        string statement = config is null
            ? "DELETE FROM invocation_logging WHERE account = @account"
            : "INSERT INTO invocation_logging (account, config) VALUES (@account, @text) ON CONFLICT (account) DO UPDATE SET config = excluded.config";
        var values = new { account, text = config?.ToJsonString(Answers.Json) };
        await connection.ExecuteAsync(new CommandDefinition(statement, values, cancellationToken: stop));
        _read.TryRemove(account, out _);
    }
}
