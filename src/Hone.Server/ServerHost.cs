using Hone.Grading.Workers;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Bedrock;
using Hone.Server.Dashboard;
using Hone.Server.Files;
using Hone.Server.Inference;
using Hone.Server.OpenAi;
using Hone.Server.OpenApi;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Runs;
using Hone.Server.Signing;
using Hone.Server.Store;
using Hone.Server.Telemetry;
using Hone.Server.Webhooks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Console;

namespace Hone.Server;

/// <summary>Puts the server together. Each part registers itself in one line here and maps its routes in one line there.</summary>
public static class ServerHost
{
    /// <param name="engine">Makes the engine of this node; called once, when it is first needed.</param>
    /// <param name="replace">Called last, so that a test may put something else in place of a part.</param>
    /// <exception cref="ApiProblem">A setting cannot be used, another server holds the data folder, or the database is away.</exception>
    /// <exception cref="Hone.Models.Encryption.EncryptionException">The data folder needs another encryption key.</exception>
    public static async Task<WebApplication> Build(
        ServerSettings settings, Func<IServiceProvider, IEngine> engine, Action<IServiceCollection>? replace = null, CancellationToken stop = default)
    {
        SettingsProblems.Refuse(settings);
        DataFolder.Make(settings.DataFolder);
        PrivateFiles.Hide(PrivatePaths.Of(settings));
        DataFolder.Unlock(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(settings.Url);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ServerLimits.Set(kestrel, settings);
            kestrel.AcceptHttp2WithoutTls();
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var services = builder.Services;
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ServerStopping.Whole);
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        if (settings.Postgres is null)
        {
            // Made here, so that the second server is told before it touches anything; the container gives it back at the end.
            var held = ServerLock.Take(settings.DataFolder);
            services.AddSingleton(_ => held);
        }

        services.AddSingleton(_ => Database.Of(settings));
        services.AddSingleton(engine);
        services.AddReadiness();
        services.AddAccounts();
        services.AddFiles();
        services.AddQueue();
        services.AddRegistry();
        services.AddInference();
        services.AddWebhooks();
        services.AddTelemetry();
        services.AddSigning();
        services.AddBedrock();
        services.AddRuns();
        replace?.Invoke(services);

        var app = builder.Build();
        try
        {
            await Prepare(app, stop);
        }
        catch
        {
            // Gives the data folder free.
            await app.DisposeAsync();
            throw;
        }

        app.UseMiddleware<ProblemWriter>();
        app.UseMiddleware<ServerStopping>();
        app.UseRouting();
        app.UseAccounts();
        app.MapReadiness();
        app.MapWebhooks();
        app.MapMetrics();
        app.MapOpenAi();
        app.MapOpenApiDocument();
        app.MapAccounts();
        app.MapBedrock();
        app.MapRuns();
        app.MapDashboard();
        return app;
    }

    static async Task Prepare(WebApplication app, CancellationToken stop)
    {
        app.Services.GetService<ServerLock>();
        var database = app.Services.GetRequiredService<Database>();
        await database.Migrate(stop);
        await app.Services.GetRequiredService<KeySecrets>().RequireSame(database, stop);

        // What cannot be read now, such as the encryption key, is told now and not to the first upload.
        app.Services.GetRequiredService<IFiles>();
        app.Services.GetRequiredService<IObjects>();
    }
}
