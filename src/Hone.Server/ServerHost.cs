using Hone.Jobs.Engine;
using Hone.Server.OpenAi;
using Hone.Server.Store;

namespace Hone.Server;

/// <summary>Puts the server together. Each part registers itself in one line here and maps its routes in one line there.</summary>
public static class ServerHost
{
    /// <param name="engine">Makes the engine of this node; called once, when it is first needed.</param>
    /// <param name="replace">Called last, so that a test may put something else in place of a part.</param>
    public static async Task<WebApplication> Build(
        ServerSettings settings, Func<IServiceProvider, IEngine> engine, Action<IServiceCollection>? replace = null, CancellationToken stop = default)
    {
        Directory.CreateDirectory(settings.DataFolder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(settings.Url);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings.Postgres is { } connection
            ? Database.Postgres(connection)
            : Database.Sqlite(Path.Combine(settings.DataFolder, "hone.db")));
        services.AddSingleton(engine);
        replace?.Invoke(services);

        var app = builder.Build();
        await app.Services.GetRequiredService<Database>().Migrate(stop);
        app.UseOpenAi();
        app.MapGet("/healthz", () => "alive");
        app.MapOpenAi();
        app.MapOpenApiDocument();
        return app;
    }
}
