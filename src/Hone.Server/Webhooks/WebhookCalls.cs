using System.Text;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Store;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Webhooks;

/// <summary>How deliveries are tried.</summary>
sealed record WebhookPatience
{
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts, the first included. Each wait is twice the one before, an hour at most: three days in all.</summary>
    public int Attempts { get; init; } = 80;

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Delivers what webhooks are to be told, as often as it takes. What is not delivered stays in the table, so a restart loses none.</summary>
sealed class WebhookCalls(
    Database database, TimeProvider clock, KeySecrets secrets, ServerSettings settings, WebhookPatience patience, Pulse pulse, ILogger<WebhookCalls> log)
    : BackgroundService
{
    const int AtOnce = 8;

    readonly HttpClient _client = WebhookAddress.Client(settings.AllowPrivateWebhooks, patience.Answer);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => pulse.Repeat(
        async () =>
        {
            while (await Claim(stoppingToken) is { Count: > 0 } due)
            {
                await Task.WhenAll(due.Select(delivery => Deliver(delivery, stoppingToken)));
            }
        },
        patience.Look,
        e => log.LogWarning("Webhooks cannot be called for the moment: {Message}", e.Message),
        stoppingToken);

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    // A node that dies while it delivers lets go of the delivery after a while; then it is made again, with the same id.
    Task<IReadOnlyList<Delivery>> Claim(CancellationToken stop) => database.InTransaction<IReadOnlyList<Delivery>>(
        async (connection, transaction) =>
        {
            long now = Now;
            var due = await connection.QueryAsync<Delivery>(
                $"""
                SELECT id AS Id, webhook AS Webhook, body AS Body, attempts AS Attempts,
                    (SELECT url FROM webhooks WHERE webhooks.id = webhook_deliveries.webhook) AS Url
                FROM webhook_deliveries WHERE next <= @now AND lease < @now ORDER BY next LIMIT {AtOnce} {database.ForUpdateSkipLocked}
                """,
                new { now },
                transaction);
            Delivery[] taken = [.. due];
            foreach (var delivery in taken)
            {
                await connection.ExecuteAsync(
                    "UPDATE webhook_deliveries SET lease = @until WHERE id = @Id",
                    new { delivery.Id, until = now + (long)(2 * patience.Answer.TotalMilliseconds) },
                    transaction);
            }

            return taken;
        },
        stop);

    async Task Deliver(Delivery delivery, CancellationToken stop)
    {
        string? problem = await Send(delivery, stop);
        long attempts = delivery.Attempts + 1;
        bool isOver = problem is null || attempts >= patience.Attempts;
        await database.InTransaction(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE webhook_deliveries SET attempts = @attempts, lease = 0, next = @next, outcome = @outcome WHERE id = @Id",
                new { delivery.Id, attempts, next = isOver ? (long?)null : Now + Wait(attempts), outcome = problem ?? "delivered" },
                transaction),
            stop);
    }

    /// <returns>Why it was not taken, or null.</returns>
    async Task<string?> Send(Delivery delivery, CancellationToken stop)
    {
        long seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url);
        request.Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json");
        request.Headers.Add("user-agent", "Hone-Webhooks/1");
        request.Headers.Add(WebhookSignature.IdHeader, delivery.Id);
        request.Headers.Add(WebhookSignature.TimeHeader, seconds.ToString());
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secrets.WebhookSecretOf(delivery.Webhook), delivery.Id, seconds, delivery.Body));
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return e is OperationCanceledException ? $"no answer within {patience.Answer.TotalSeconds:0} s" : e.Message;
        }
    }

    long Wait(long attempts) => (long)Math.Min(
        patience.LongestRetry.TotalMilliseconds, patience.FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(attempts - 1, 30)));

    long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    sealed class Delivery
    {
        public required string Id { get; init; }
        public required string Webhook { get; init; }
        public required string Body { get; init; }
        public long Attempts { get; init; }
        public required string Url { get; init; }
    }
}
