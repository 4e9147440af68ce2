using Hone.Jobs.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Support;

/// <summary>A real server on a free port, over a folder that is removed with it. Its engine is a <see cref="StubEngine"/>.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly bool _ownsFolder;

    TestServer(WebApplication app, string folder, bool ownsFolder, StubEngine engine)
    {
        (_app, Folder, _ownsFolder, Engine) = (app, folder, ownsFolder, engine);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public string Folder { get; }
    public StubEngine Engine { get; }
    public HttpClient Client { get; }
    public IServiceProvider Services => _app.Services;

    /// <param name="change">Settings other than those of a test.</param>
    /// <param name="replace">Parts in place of the server's own.</param>
    /// <param name="folder">A data folder that is there already and stays; null: a new one.</param>
    public static async Task<TestServer> Start(
        Func<ServerSettings, ServerSettings>? change = null, Action<IServiceCollection>? replace = null, string? folder = null)
    {
        string data = folder ?? Directory.CreateTempSubdirectory("hone-server-").FullName;
        var settings = new ServerSettings { DataFolder = data, Url = "http://127.0.0.1:0" };
        var engine = new StubEngine();
        var app = await ServerHost.Build(change?.Invoke(settings) ?? settings, _ => engine, replace);
        await app.StartAsync();
        return new TestServer(app, data, folder is null, engine);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
