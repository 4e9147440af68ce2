using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Store;

namespace Hone.Server.Telemetry;

/// <summary>GET /metrics, for keys with the scope Admin: it counts what all accounts do.</summary>
static class MetricsApi
{
    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", Get);

    static async Task<IResult> Get(HttpContext context, PrometheusText text, Database database)
    {
        context.Caller(KeyScopes.Admin);
        return Results.Text(text.Write() + await Queue(database, context.RequestAborted), "text/plain; version=0.0.4; charset=utf-8");
    }

    // Of the whole queue, not of this node.
    static async Task<string> Queue(Database database, CancellationToken stop)
    {
        var counts = await database.Read(
            async connection => (await connection.QueryAsync<(string Status, long Count)>(
                new CommandDefinition("SELECT status, count(*) FROM jobs GROUP BY status", cancellationToken: stop))).ToDictionary(row => row.Status, row => row.Count),
            stop);
        return "# HELP hone_jobs Jobs of all nodes by status.\n# TYPE hone_jobs gauge\n" + string.Concat(
            Enum.GetValues<JobStatus>().Select(status => $"hone_jobs{{status=\"{status}\"}} {counts.GetValueOrDefault(status.ToString())}\n"));
    }
}
