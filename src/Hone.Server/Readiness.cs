using System.Text.Json.Nodes;
using Dapper;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Store;

namespace Hone.Server;

/// <summary>Something that has to work before requests are worth sending here.</summary>
/// <param name="Name">A word, such as "engine".</param>
/// <param name="Check">Throws where it does not work.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, Task> Check);

/// <summary>
/// /healthz: the process answers. /readyz: 200 where everything that answers need works, else 503; the body names what does, without
/// telling strangers why something does not.
/// </summary>
static class Readiness
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ReadinessCheck("database", Database(provider.GetRequiredService<Database>())));
        services.AddSingleton(provider => new ReadinessCheck("disk", Disk(provider.GetRequiredService<ServerSettings>())));
        services.AddSingleton(provider => new ReadinessCheck("engine", provider.GetRequiredService<IEngine>().Reach));
        return services;
    }

    public static void MapReadiness(this WebApplication app)
    {
        app.MapGet("/healthz", () => "alive").OpenToAll();
        app.MapGet("/readyz", Ready).OpenToAll();
    }

    static async Task Ready(HttpContext context, IEnumerable<ReadinessCheck> checks, ILogger<ReadinessCheck> log)
    {
        var results = await Task.WhenAll(checks.Select(check => Run(check, log, context.RequestAborted)));
        var answer = new JsonObject { ["status"] = results.All(result => result.Works) ? "ready" : "not ready" };
        foreach (var (name, works) in results)
        {
            answer[name] = works ? "ok" : "away";
        }

        context.Response.StatusCode = results.All(result => result.Works) ? 200 : 503;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    static async Task<(string Name, bool Works)> Run(ReadinessCheck check, ILogger log, CancellationToken stop)
    {
        try
        {
            await check.Check(stop).WaitAsync(_patience, stop);
            return (check.Name, true);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            log.LogWarning("Not ready: {Name}: {Problem}", check.Name, failure.Message);
            return (check.Name, false);
        }
    }

    static Func<CancellationToken, Task> Database(Database database) =>
        stop => database.Read(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM migrations"), stop);

    static Func<CancellationToken, Task> Disk(ServerSettings settings) => async stop =>
    {
        string probe = Path.Combine(settings.DataFolder, $".ready-{Ids.New()}");
        try
        {
            await File.WriteAllBytesAsync(probe, new byte[4096], stop);
        }
        finally
        {
            File.Delete(probe);
        }
    };
}
