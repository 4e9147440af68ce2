using System.Net.Http.Headers;
using Hone.Server.Accounts;
using Hone.Server.Tests.OpenApi;
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
        Client = new HttpClient(new Conformity()) { BaseAddress = new Uri(address) };
    }

    public string Folder { get; }
    public StubEngine Engine { get; }

    /// <summary>Sends the key of <see cref="Key"/>. What it sends and gets has to be what the OpenAPI document says.</summary>
    public HttpClient Client { get; }

    /// <summary>A key of the first account that may do everything.</summary>
    public required NewApiKey Key { get; init; }

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
        var key = await NewKey(app.Services, Caller.FirstAccount, KeyScopes.All);
        var server = new TestServer(app, data, folder is null, engine) { Key = key };
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Bearer);
        return server;
    }

    public Task<NewApiKey> NewKey(string account, KeyScopes scopes) => NewKey(Services, account, scopes);

    /// <summary>A client that sends this key, or none.</summary>
    public HttpClient ClientOf(string? bearer)
    {
        var client = new HttpClient(new Conformity()) { BaseAddress = Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }

    static Task<NewApiKey> NewKey(IServiceProvider services, string account, KeyScopes scopes) =>
        services.GetRequiredService<IKeys>().Create(account, "test", scopes, null, CancellationToken.None);

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
