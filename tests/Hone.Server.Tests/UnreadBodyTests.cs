using System.Net;
using System.Net.Sockets;
using System.Text;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests;

/// <summary>Who sends more than is read, slower than is waited for, or less than was announced.</summary>
public sealed class UnreadBodyTests
{
    [Theory]
    [InlineData("Content-Length: 4000000", "/v1/chat/completions", 413)]
    [InlineData("Content-Length: 4000000", "/hone/v1/keys", 413)]
    [InlineData("Transfer-Encoding: chunked", "/hone/v1/keys", 413)]
    [InlineData("Content-Length: 4000000", "/v1/nothing", 404)]
    public async Task Who_sends_all_of_a_body_that_is_too_long_before_reading_hears_the_answer(string length, string path, int status)
    {
        await using var server = await TestServer.Start(settings => settings with { LargestBody = 1000 });
        string start = length.StartsWith('T') ? "3d0900\r\n" : "";

        string answer = await Send(server, Head(server, path, length) + start, new byte[4_000_000]);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.EndsWith("}\r\n0\r\n\r\n", answer);
    }

    [Theory]
    [InlineData("/hone/v1/keys", 413)]
    [InlineData("/v1/nothing", 404)]
    public async Task Who_is_refused_before_sending_is_not_waited_for(string path, int status)
    {
        await using var server = await TestServer.Start(settings => settings with { LargestBody = 1000 });

        string answer = await Send(server, Head(server, path, "Content-Length: 10000000000\r\nExpect: 100-continue"), []);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("\r\nConnection: close\r\n", answer);
    }

    [Fact]
    public async Task Who_stops_sending_is_told_and_holds_nothing()
    {
        await using var server = await TestServer.Start();

        string answer = await Send(server, Head(server, "/hone/v1/keys", "Content-Length: 100") + "{", []);

        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/hone/v1/keys")).StatusCode);
    }

    static string Head(TestServer server, string path, string length) =>
        $"POST {path} HTTP/1.1\r\nHost: {server.Client.BaseAddress!.Authority}\r\nAuthorization: Bearer {server.Key.Bearer}\r\n"
        + $"Content-Type: application/json\r\n{length}\r\n\r\n";

    /// <summary>Sends all, then reads until the server closes.</summary>
    static async Task<string> Send(TestServer server, string head, byte[] body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(limit.Token);
    }
}
