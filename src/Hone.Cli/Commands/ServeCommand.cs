using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hone.Cli.Views;
using Hone.Jobs.Engine;
using Hone.Server;
using Hone.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hone.Cli.Commands;

/// <summary>hone serve: the service, until Ctrl-C.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the fine-tuning service: OpenAI's and Bedrock's APIs and a dashboard, on this machine.");
        foreach (var option in ServeOptions.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, stop) => Serve(ServeOptions.Read(parsed), new Output(parsed), stop));
        return command;
    }

    static async Task<int> Serve(ServerSettings settings, Output output, CancellationToken stop)
    {
        await using var app = await ServerHost.Build(settings, _ => Engine(settings), stop: stop);
        await Start(app, settings, stop);
        string address = app.Urls.First();
        var key = settings.InsecureLocal ? null : await FirstKey(app.Services, stop);
        ServeView.Show(settings, address, key, output);
        output.Result(ToJson(address, key));
        await app.WaitForShutdownAsync(stop);
        output.Line("Stopped.");
        return HoneCommand.Success;
    }

    static EngineProcess Engine(ServerSettings settings) => new(new EngineProcessSettings
    {
        Engine = new EngineSettings { Batch = settings.Batch, Waiting = settings.Waiting },
        LogFile = Path.Combine(settings.DataFolder, "engine.log"),
        Private = PrivatePaths.Of(settings),
        DataFolder = settings.DataFolder,
    });

    static async Task Start(WebApplication app, ServerSettings settings, CancellationToken stop)
    {
        RequireFree(new Uri(settings.Url));
        await app.StartAsync(stop);
    }

    // Asked beforehand: a host that cannot listen fills the terminal with its own complaints.
    static void RequireFree(Uri address)
    {
        var at = IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given : address.IsLoopback ? IPAddress.Loopback : IPAddress.Any;
        try
        {
            using var listener = new TcpListener(at, address.Port);
            listener.Start();
        }
        catch (SocketException failure)
        {
            string problem = failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is in use by another program; stop that one, or take any free port: --url http://127.0.0.1:0",
                SocketError.AddressNotAvailable => "is no address of this machine; http://0.0.0.0:8642 listens at all it has",
                SocketError.AccessDenied => "is not allowed to you; take a port from 1024 on",
                _ => $"cannot be listened at: {failure.Message}",
            };
            throw new CommandException($"--url {address.ToString().TrimEnd('/')} {problem}.");
        }
    }

    // Only a server that has no key at all makes one by itself; it is shown once, here.
    static async Task<NewApiKey?> FirstKey(IServiceProvider services, CancellationToken stop)
    {
        if ((await services.GetRequiredService<IKeys>().List(null, stop)).Count > 0)
        {
            return null;
        }

        var owner = new Caller(Caller.FirstAccount, "console", KeyScopes.All);
        return await services.GetRequiredService<KeyChanges>().Create(owner, "first key", KeyScopes.All, null, stop);
    }

    static JsonObject ToJson(string address, NewApiKey? key)
    {
        var json = new JsonObject { ["address"] = address, ["dashboard"] = $"{address}/" };
        if (key is not null)
        {
            json["key"] = KeysCommand.ToJson(key);
        }

        return json;
    }
}
