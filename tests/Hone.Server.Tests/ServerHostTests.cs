using System.Net;
using System.Net.Sockets;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests;

public sealed class ServerHostTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-host-").FullName;

    [Fact]
    public async Task A_second_server_over_the_same_folder_is_refused_and_the_first_goes_on()
    {
        await using (var first = await TestServer.Start(folder: _folder))
        {
            await Sentences.Refused(ProblemKind.Conflict, () => TestServer.Start(folder: _folder), _folder, "--postgres");
            Assert.Equal(HttpStatusCode.OK, (await first.Client.GetAsync("/hone/v1/keys")).StatusCode);
        }

        await using var next = await TestServer.Start(folder: _folder);
        Assert.Equal(2, (await next.Services.GetRequiredService<IKeys>().List(null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_server_that_does_not_start_gives_the_folder_free()
    {
        string key = Path.Combine(_folder, "key");
        await Assert.ThrowsAnyAsync<Exception>(() => TestServer.Start(settings => settings with { EncryptionKeyFile = key }, folder: _folder));

        await using var server = await TestServer.Start(folder: _folder);
    }

    [Fact]
    public async Task Bad_settings_are_told_all_at_once() => await Sentences.Refused(
        ProblemKind.Invalid,
        () => TestServer.Start(settings => settings with { Url = "here", ModelFolders = ["/nowhere"], Batch = 0, LargestFile = -1 }),
        "--url is here", "/nowhere", "--batch is 0", "--largest-file is -1");

    [Fact]
    public async Task A_request_that_is_at_work_ends_before_the_server_does()
    {
        var server = await TestServer.Start();
        using var client = new TcpClient(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /hone/v1/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Key.Bearer}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 15\r\n\r\n{\"name\":"));
        await Task.Delay(200);

        var stopping = server.DisposeAsync();
        await stream.WriteAsync("\"late\"}"u8.ToArray());

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        await stopping;
    }

    [Fact]
    public async Task Everything_that_needs_work_is_named_by_readyz()
    {
        bool works = true;
        await using var server = await TestServer.Start(replace: services => services.AddSingleton(
            new ReadinessCheck("another", _ => works ? Task.CompletedTask : throw new InvalidOperationException("a secret place"))));

        Assert.Equal("""{"status":"ready","database":"ok","disk":"ok","engine":"ok","another":"ok"}""", await server.Client.GetStringAsync("/readyz"));
        works = false;
        var answer = await server.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"status":"not ready","database":"ok","disk":"ok","engine":"ok","another":"away"}""", await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
