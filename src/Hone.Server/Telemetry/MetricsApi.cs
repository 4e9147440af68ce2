using System.Net;
using Dapper;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Store;

namespace Hone.Server.Telemetry;

/// <summary>GET /metrics, for programs of this machine and for keys with the scope Admin.</summary>
static class MetricsApi
{
    const string Bearer = "Bearer ";

    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", Get).OpenToAll();

    static async Task<IResult> Get(HttpContext context, PrometheusText text, Database database, IKeys keys)
    {
        await RequireReader(context, keys);
        return Results.Text(text.Write() + await Queue(database, context.RequestAborted), "text/plain; version=0.0.4; charset=utf-8");
    }

    static async Task RequireReader(HttpContext context, IKeys keys)
    {
        string? header = context.Request.Headers.Authorization;
        if (header?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true)
        {
            var caller = await keys.FindBearer(header[Bearer.Length..].Trim(), context.RequestAborted)
                ?? throw new ApiProblem(ProblemKind.Unauthenticated, "This API key is unknown, expired or revoked.");
            caller.Require(KeyScopes.Admin);
        }
        else if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            throw new ApiProblem(ProblemKind.Unauthenticated, "Metrics are for this machine, or for a key with the scope Admin.");
        }
        else
        {
            LocalRequest.Require(context);
        }
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
