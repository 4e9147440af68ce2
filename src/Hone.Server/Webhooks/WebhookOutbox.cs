using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Hone.Server.Queue;

namespace Hone.Server.Webhooks;

/// <summary>What webhooks are to be told. It is written with the change that it tells of, so that neither is without the other.</summary>
sealed class WebhookOutbox(TimeProvider clock)
{
    /// <summary>Names of events, as OpenAI has them.</summary>
    public static IReadOnlyList<string> Types { get; } = ["fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"];

    public async Task Add(DbConnection connection, DbTransaction transaction, string account, string job, JobStatus end)
    {
        string type = end switch { JobStatus.Completed => Types[0], JobStatus.Failed => Types[1], _ => Types[2] };
        var hooks = await connection.QueryAsync<(string Id, string Events)>(
            "SELECT id, events FROM webhooks WHERE account = @account", new { account }, transaction);
        foreach (var hook in hooks.Where(hook => hook.Events.Split(' ').Contains(type)).ToArray())
        {
            await Add(connection, transaction, hook.Id, type, new JsonObject { ["id"] = $"ftjob-{job}" });
        }
    }

    public async Task<string> Add(DbConnection connection, DbTransaction transaction, string webhook, string type, JsonObject data)
    {
        var now = clock.GetUtcNow();
        string id = $"evt_{Ids.New(24)}";
        var body = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["created_at"] = now.ToUnixTimeSeconds(),
            ["type"] = type,
            ["data"] = data,
        };
        await connection.ExecuteAsync(
            """
            INSERT INTO webhook_deliveries (id, webhook, type, body, created, next) VALUES (@id, @webhook, @type, @body, @now, @now)
            """,
            new { id, webhook, type, body = body.ToJsonString(), now = now.ToUnixTimeMilliseconds() },
            transaction);
        return id;
    }
}
