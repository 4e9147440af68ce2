using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server.Webhooks;

/// <summary>An address that is told of events.</summary>
sealed record Webhook(string Id, string Url, IReadOnlyList<string> Events, DateTimeOffset Created);

/// <summary>A delivery as it stands. Next is null when it is over.</summary>
sealed class WebhookDelivery
{
    public required string Id { get; init; }
    public required string Type { get; init; }
    public long Created { get; init; }
    public long Attempts { get; init; }
    public long? Next { get; init; }
    public string? Outcome { get; init; }
}

/// <summary>The webhooks of accounts.</summary>
sealed class WebhookTable(Database database, TimeProvider clock, AuditLog audit)
{
    const int MostOfAccount = 20, ShownDeliveries = 100;

    public async Task<Webhook> Add(Caller caller, string url, IReadOnlyList<string> events, CancellationToken stop)
    {
        var hook = new Webhook($"wh_{Ids.New(24)}", url, events, clock.GetUtcNow());
        await database.InTransaction(
            async (connection, transaction) =>
            {
                await database.Lock(connection, transaction, "webhooks");
                if (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM webhooks WHERE account = @Account", new { caller.Account }, transaction)
                    >= MostOfAccount)
                {
                    throw ApiProblem.Conflict($"This account has {MostOfAccount} webhooks already; delete one first.");
                }

                await connection.ExecuteAsync(
                    "INSERT INTO webhooks (id, account, url, events, created) VALUES (@Id, @Account, @Url, @events, @created)",
                    new { hook.Id, caller.Account, hook.Url, events = string.Join(' ', events), created = hook.Created.ToUnixTimeMilliseconds() },
                    transaction);
                await audit.Write(connection, transaction, caller, "webhook.create", hook.Id);
            },
            stop);
        return hook;
    }

    public async Task<Webhook> Find(Caller caller, string id, CancellationToken stop) =>
        (await List(caller, stop)).FirstOrDefault(hook => hook.Id == id) ?? throw ApiProblem.NotFound($"There is no webhook '{id}'.");

    public Task<IReadOnlyList<Webhook>> List(Caller caller, CancellationToken stop) => database.Read<IReadOnlyList<Webhook>>(
        async connection =>
        {
            var rows = await connection.QueryAsync<(string Id, string Url, string Events, long Created)>(new CommandDefinition(
                "SELECT id, url, events, created FROM webhooks WHERE account = @Account ORDER BY number DESC", new { caller.Account }, cancellationToken: stop));
            return [.. rows.Select(row => new Webhook(row.Id, row.Url, row.Events.Split(' '), DateTimeOffset.FromUnixTimeMilliseconds(row.Created)))];
        },
        stop);

    /// <summary>What it was told, or is to be; the newest first.</summary>
    public Task<IReadOnlyList<WebhookDelivery>> Deliveries(string id, CancellationToken stop) => database.Read<IReadOnlyList<WebhookDelivery>>(
        async connection =>
        [
            .. await connection.QueryAsync<WebhookDelivery>(new CommandDefinition(
                $"""
                SELECT id AS Id, type AS Type, created AS Created, attempts AS Attempts, next AS Next, outcome AS Outcome FROM webhook_deliveries
                WHERE webhook = @id ORDER BY number DESC LIMIT {ShownDeliveries}
                """,
                new { id },
                cancellationToken: stop)),
        ],
        stop);

    public async Task Delete(Caller caller, string id, CancellationToken stop)
    {
        await Find(caller, id, stop);
        await database.InTransaction(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync("DELETE FROM webhook_deliveries WHERE webhook = @id", new { id }, transaction);
                await connection.ExecuteAsync("DELETE FROM webhooks WHERE id = @id", new { id }, transaction);
                await audit.Write(connection, transaction, caller, "webhook.delete", id);
            },
            stop);
    }
}
